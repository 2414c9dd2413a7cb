package dev.pathline.trainer.delivery;

import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts the weights of a finished run where they are used. */
public sealed interface Delivery permits ModelDelivery, ClassifierDelivery, StageDelivery {

    /**
     * What a run ended with.
     *
     * @param step the number of its last step
     * @param averages the averaged weights by name
     * @param measured what was measured of these weights last, by name; may be nothing
     */
    record Trained(long step, Map<String, TensorData> averages, Map<String, Double> measured) {}

    /**
     * Finds out, before hours of training, whether there will be a place to write to.
     *
     * @throws IOException if the place is not writable
     * @throws SpecException if it is taken
     */
    void prepare() throws IOException;

    /**
     * Writes the weights, unless they are there already. Called on the compute thread.
     *
     * @throws java.io.UncheckedIOException if they cannot be written
     * @throws dev.pathline.engine.checkpoint.CheckpointException if they hold a NaN or an infinity; nothing is written
     */
    RunResult.Finished deliver(Trained trained);

    /** Returns weights as a file of {@code type} will give them back. */
    static Map<String, TensorData> rounded(Map<String, TensorData> weights, StoredType type) {
        var rounded = new LinkedHashMap<String, TensorData>();
        weights.forEach((name, tensor) -> rounded.put(name,
                new TensorData(tensor.shape(), type.rounded(tensor.values()))));
        return rounded;
    }

    /** Whether two sets of weights are the same, bit for bit. */
    static boolean same(Map<String, TensorData> a, Map<String, TensorData> b) {
        return a.keySet().equals(b.keySet()) && a.entrySet().stream().allMatch(entry -> {
            TensorData other = b.get(entry.getKey());
            return other != null && Arrays.equals(entry.getValue().values(), other.values());
        });
    }
}
