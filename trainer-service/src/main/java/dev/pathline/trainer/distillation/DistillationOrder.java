package dev.pathline.trainer.distillation;

import org.jspecify.annotations.Nullable;

/**
 * What a distillation is asked for.
 *
 * @param name the student's name; null for one made of the teacher, the method and the steps
 * @param method the objective's word
 * @param steps how many steps the student is to be sampled with
 * @param cfgScale the scale at which the teacher is guided; null for what its card recommends
 * @param images how many samples a stage trains on
 * @param batch samples of a step
 * @param learningRate the rate
 * @param count how many trajectories are made, where the method wants some
 * @param states how many states are kept of each
 * @param teacherSteps the steps that the teacher makes of a trajectory, or that a chain of halvings begins from
 * @param seed the seed of weights, batches and trajectories
 */
public record DistillationOrder(@Nullable String name, String method, int steps, @Nullable Double cfgScale, long images,
        int batch, double learningRate, int count, int states, int teacherSteps, long seed) {}
