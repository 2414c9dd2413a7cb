package dev.pathline.engine.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/** What this machine's processor can multiply. */
public final class ProcessorFeatures {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Set<String> BFLOAT16_FLAGS = Set.of("avx512_bf16", "amx_bf16", "bf16");

    private ProcessorFeatures() {}

    /** Returns the processor's model and its instruction sets: what a choice of kernels depends on. */
    public static String name() {
        return System.getProperty("os.arch") + " " + cpuinfo("model name", "CPU part") + " "
                + Integer.toHexString(cpuinfo("flags", "Features").hashCode());
    }

    /**
     * Returns whether the processor multiplies bfloat16 in hardware. Without it, bfloat16 is emulated and slower than
     * float32. False where it cannot be known.
     */
    static boolean hasBfloat16() {
        return Stream.of(cpuinfo("flags", "Features").split("\\s+")).anyMatch(BFLOAT16_FLAGS::contains);
    }

    /** The first line of one of the two names, x86's or ARM's; empty where there is none. */
    private static String cpuinfo(String x86, String arm) {
        try (Stream<String> lines = Files.lines(CPUINFO)) {
            return lines.filter(line -> line.startsWith(x86) || line.startsWith(arm)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
