package dev.pathline.engine.script;

import dev.pathline.engine.graph.ElementType;
import dev.pathline.engine.graph.Op;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the call of another program's module. Everything it takes is cast on the way in, and its output to float32 on the
 * way out, within the script: DJL would abort the JVM at a tensor of bfloat16.
 */
final class ModuleCall {

    private ModuleCall() {}

    /** Returns the expression of a module's output in float32, from variables of float32 and int64. */
    static String text(Op.Module module, List<String> given) {
        String arguments = IntStream.range(0, given.size()).mapToObj(i -> argument(given.get(i), module.types().get(i)))
                .collect(Collectors.joining(", "));
        String call = "(self.inner).forward(" + arguments + ")";
        return "torch.to(" + (module.tuple() ? "(" + call + ")[0]" : call) + ", " + ElementType.FLOAT32.code() + ")";
    }

    /** A whole number is the nearest: 999 may have come as 998.99994. */
    private static String argument(String name, ElementType type) {
        return "torch.to(" + (type.isWhole() ? "torch.round(" + name + ")" : name) + ", " + type.code() + ")";
    }
}
