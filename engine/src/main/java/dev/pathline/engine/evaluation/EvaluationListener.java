package dev.pathline.engine.evaluation;

import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;

/** Hears of an evaluation's progress. */
public interface EvaluationListener {

    /** Something that takes a while begins. */
    default void begins(String what) {}

    /** Samples of a setting are to be made, or are known already. */
    default void setting(EvaluationSetting setting, int index, int of, boolean known) {}

    /** So many samples of all are made; on the compute thread. */
    default void sampled(int done, int of) {}

    /** A setting is measured, and this is all that is known now. */
    default void measured(EvaluationReport report) {}
}
