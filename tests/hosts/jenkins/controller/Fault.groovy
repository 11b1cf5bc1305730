/** The pipeline did what a real controller would refuse: no step may catch it, and every test fails on it. */
class Fault extends Error {
    final String kind

    Fault(String kind, String message) {
        super(kind + ' fault: ' + message)
        this.kind = kind
    }
}
