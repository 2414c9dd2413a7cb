package dev.pathline.trainer.report;

/** What a line of a run's log holds. */
sealed interface LogLine permits ProgressPoint, RunHistory.Event {}
