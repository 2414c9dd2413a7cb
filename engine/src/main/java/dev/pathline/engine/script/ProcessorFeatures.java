package dev.pathline.engine.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/** What this machine's processor can multiply. */
final class ProcessorFeatures {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Set<String> BFLOAT16_FLAGS = Set.of("avx512_bf16", "amx_bf16", "bf16");

    private ProcessorFeatures() {}

    /**
     * Returns whether the processor multiplies bfloat16 in hardware. Without it, bfloat16 is emulated and slower than
     * float32. False where it cannot be known.
     */
    static boolean hasBfloat16() {
        try (Stream<String> lines = Files.lines(CPUINFO)) {
            return lines.filter(line -> line.startsWith("flags") || line.startsWith("Features")).findFirst()
                    .map(line -> Stream.of(line.split("\\s+")).anyMatch(BFLOAT16_FLAGS::contains)).orElse(false);
        } catch (IOException e) {
            return false;
        }
    }
}
