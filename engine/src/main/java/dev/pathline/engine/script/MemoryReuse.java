package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which values may be written over by the operator that reads them: fewer allocations, and memory that is in cache. */
final class MemoryReuse {

    private final Map<Value, Integer> readers = new HashMap<>();
    /** Values with one element a row of the batch; the others are the same for every row, and have one row. */
    private final Set<Value> batched = new HashSet<>();

    MemoryReuse(Network network) {
        network.values().stream()
                .filter(v -> v.op() instanceof Op.Input || v.inputs().stream().anyMatch(batched::contains))
                .forEach(batched::add);
        network.values().forEach(value -> value.inputs().forEach(this::count));
        network.outputs().forEach(this::count);
    }

    private void count(Value value) {
        readers.merge(value, 1, Integer::sum);
    }

    /** Returns whether a value has a row for each of the batch, rather than one that is the same for all. */
    boolean hasRows(Value value) {
        return batched.contains(value);
    }

    /**
     * Returns whether an elementwise operator may put its result into the memory of one of its inputs: nobody else reads
     * it, it is no view of other memory, and it has the result's shape.
     */
    boolean mayOverwrite(Value value, int input) {
        Value read = value.inputs().get(input);
        return readers.getOrDefault(read, 0) == 1 && batched.contains(read) && ownsMemory(read.op())
                && read.shape().equals(value.shape());
    }

    private static boolean ownsMemory(Op op) {
        return switch (op) {
            case Op.Conv2d o -> true;
            case Op.Linear o -> true;
            case Op.GroupNorm o -> true;
            case Op.LayerNorm o -> true;
            case Op.Silu o -> true;
            case Op.AddPerChannel o -> true;
            case Op.Concat o -> true;
            default -> false;
        };
    }
}
