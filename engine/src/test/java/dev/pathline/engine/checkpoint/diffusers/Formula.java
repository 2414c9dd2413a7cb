package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Weights and noise that follow from names, as {@code record_pipelines.py} computes them. */
final class Formula {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Formula() {}

    /** Numbers in [0, 1): splitmix64 of the FNV-1a hash of the name, plus the index. */
    static double[] uniform(String name, int count) {
        long seed = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (b & 0xFF)) * 0x100000001B3L;
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            long z = seed + (i + 1) * GOLDEN;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            values[i] = (z >>> 11) * 0x1p-53;
        }
        return values;
    }

    static Map<String, TensorData> weights(Network network) {
        var weights = new TreeMap<String, TensorData>();
        for (Parameter parameter : network.parameters()) {
            int count = parameter.shape().stream().reduce(1, Math::multiplyExact);
            double[] uniform = uniform(parameter.name(), count);
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) value(parameter, 2 * uniform[i] - 1, count);
            }
            weights.put(parameter.name(), new TensorData(parameter.shape(), values));
        }
        return weights;
    }

    private static double value(Parameter parameter, double u, int count) {
        if (parameter.shape().size() > 1) {
            return u * Math.sqrt(3.0 / (count / parameter.shape().getFirst()));
        }
        boolean scale = parameter.name().contains("norm") && parameter.name().endsWith("weight");
        return u / 10 + (scale ? 1 : 0);
    }

    /** Fills with the noise of a draw of a sample. */
    static void noise(String draw, int sample, double scale, float[] values) {
        double[] u = uniform(draw + "/" + sample, 2 * values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * Math.sqrt(-2 * Math.log(1 - u[i]))
                    * Math.cos(2 * Math.PI * u[values.length + i]));
        }
    }
}
