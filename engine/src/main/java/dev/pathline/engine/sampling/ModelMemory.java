package dev.pathline.engine.sampling;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;

/**
 * What a model takes on a device, in bytes; known from its card, its network and how it computes, before anything is loaded.
 *
 * @param weights the weights, those of a module of another program not counted
 * @param slot the state of one sample
 * @param row an estimate of what the evaluation of one row needs beside the weights; 0 for a module of another program, of
 *        which nothing is known
 */
public record ModelMemory(long weights, long slot, long row) {

    /** Returns what the model of a checkpoint takes. */
    public static ModelMemory of(Checkpoint checkpoint, NumericProfile profile) {
        return of(checkpoint.card(), checkpoint.network(), profile);
    }

    static ModelMemory of(ModelCard card, Network network, NumericProfile profile) {
        int bytes = profile.precision().bytes();
        long sample = card.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        // Half as much again for what the libraries take for themselves.
        return new ModelMemory(network.parameterCount() * bytes,
                InferenceProgram.REGISTERS * (long) Float.BYTES * sample,
                network.module().isPresent() ? 0 : network.liveNumbers() * bytes * 3 / 2);
    }
}
