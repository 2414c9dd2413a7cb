package dev.pathline.diffusion.adaptive;

/** An adaptive solve that did not reach the end of its interval; the message says where it stopped and what to try. */
public final class SolveFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    SolveFailedException(Reason reason, String where) {
        super(where + ": " + reason.advice);
        this.reason = reason;
    }

    /** Returns why the solve stopped. */
    public Reason reason() {
        return reason;
    }

    /** Why a solve can stop. */
    public enum Reason {
        /** The field is not finite at a point that the solver stands on, or wherever it steps from there. */
        NOT_FINITE("the field is not finite there; start or end a little inside the schedule's domain, where both alpha"
                + " and sigma are positive (t = 1e-5 instead of 0), or look for a NaN in the model"),
        /** The step became as small as the spacing of the numbers. */
        NO_PROGRESS("no step is small enough for the tolerance; loosen it, or look for a jump in the field"),
        /** {@link Tolerances#maxEvaluations} were not enough. */
        TOO_MANY_EVALUATIONS("the evaluations are spent; loosen the tolerance or raise maxEvaluations");

        private final String advice;

        Reason(String advice) {
            this.advice = advice;
        }
    }
}
