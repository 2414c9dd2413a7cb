package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** What advances many slots of many solvers at once, with one evaluation of a network. */
public interface TickProgram {

    /**
     * Advances slots by one stage each. One that fails has changed nothing.
     *
     * @param results owns what is returned
     * @param state {@code [slots, REGISTERS, ...]} float32, changed in place
     * @param batch the slots, their rows and their coefficients
     * @return the previews that were asked for, the points of the slots that end, and for each slot
     *         of the batch 1 where its new point is finite, else 0
     * @throws IllegalStateException if the network can be evaluated but not sampled
     * @throws dev.pathline.engine.torch.DeviceMemoryException if the device has not enough memory for so many rows
     */
    TickResult tick(NDManager results, NDArray state, TickBatch batch, PreparedWeights prepared);

    /** What a tick returns. */
    record TickResult(NDArray previews, NDArray finished, NDArray finite) {}
}
