package dev.pathline.it;

import dev.pathline.engine.graph.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Weights that {@code record_networks.py} makes too: hashes of a name and an index, scaled by what they multiply. */
final class HashedNumbers {

    private static final List<String> TABLES = List.of("class_embedding.weight", "embedding_table.weight",
            "time_proj.weight");

    private HashedNumbers() {}

    /** Numbers in [-1, 1): SplitMix64 at the places that follow FNV-1a of the name. */
    private static double[] of(String name, int count) {
        long seed = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (b & 0xFF)) * 0x100000001B3L;
        }
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            numbers[i] = ((z ^ (z >>> 31)) >>> 40) * 0x1p-23 - 1;
        }
        return numbers;
    }

    static float[] weights(Parameter parameter) {
        String name = parameter.name();
        List<Integer> shape = parameter.shape();
        double offset = 0;
        double scale = 0.3;
        if (TABLES.stream().anyMatch(name::endsWith)) {
            scale = 2;
        } else if (shape.size() > 1) {
            scale = Math.sqrt(3.0 * shape.getFirst() / parameter.size());
        } else if (name.endsWith("weight")) {
            offset = 1;
            scale = 0.4;
        }
        return floats(name, (int) parameter.size(), offset, scale);
    }

    /** Returns {@code offset + scale * u} for the numbers {@code u} of a name. */
    static float[] floats(String name, int count, double offset, double scale) {
        double[] numbers = of(name, count);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) (offset + scale * numbers[i]);
        }
        return floats;
    }
}
