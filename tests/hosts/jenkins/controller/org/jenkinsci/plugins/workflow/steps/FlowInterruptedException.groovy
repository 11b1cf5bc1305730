package org.jenkinsci.plugins.workflow.steps

/** Ends a build that somebody aborted, that ran out of time, or whose approval was refused. */
class FlowInterruptedException extends Exception {
    final String result

    FlowInterruptedException(String result, String cause) {
        super(cause)
        this.result = result
    }
}
