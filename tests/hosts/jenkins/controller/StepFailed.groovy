/** A step failed: what Jenkins shows without a stack trace. */
class StepFailed extends RuntimeException {
    StepFailed(String message) { super(message) }
}
