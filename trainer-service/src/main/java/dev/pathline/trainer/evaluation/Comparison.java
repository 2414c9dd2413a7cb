package dev.pathline.trainer.evaluation;

import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import org.jspecify.annotations.Nullable;

/**
 * With what a model's samples are measured.
 *
 * @param data what they are compared with
 * @param judge the classifier that judges, or null for none
 */
public record Comparison(RealData data, @Nullable ClassifierCheckpoint judge) {}
