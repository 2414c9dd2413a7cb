package dev.pathline.engine.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a processor is and what it can multiply: what a choice of kernels depends on, and the choice of a numeric profile.
 *
 * @param system the operating system's name, as Java has it
 * @param architecture the instruction set's name, as Java has it: {@code amd64}, {@code aarch64}
 * @param model the model's name, on ARM the number of the part; empty where it cannot be known
 * @param vendor who made it, as the processor says it; empty where it cannot be known
 * @param flags its instruction sets, by Linux's names; empty where they cannot be known
 */
public record ProcessorFeatures(String system, String architecture, String model, String vendor, Set<String> flags) {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final String AMD = "AuthenticAMD";
    private static final String MATRIX_TILES = "amx_bf16";
    private static final Set<String> BFLOAT16 = Set.of("avx512_bf16", MATRIX_TILES, "bf16");

    /** Copies the flags. */
    public ProcessorFeatures {
        flags = Set.copyOf(flags);
    }

    /** Returns the features of this machine's processor; where Linux does not tell them, without a model and flags. */
    public static ProcessorFeatures here() {
        List<String> lines;
        try {
            lines = Files.readAllLines(CPUINFO);
        } catch (IOException e) {
            lines = List.of();
        }
        return of(System.getProperty("os.name"), System.getProperty("os.arch"), lines);
    }

    /**
     * Reads the first processor of a {@code /proc/cpuinfo}.
     *
     * @param cpuinfo its lines, x86's or ARM's
     */
    public static ProcessorFeatures of(String system, String architecture, List<String> cpuinfo) {
        return new ProcessorFeatures(system, architecture, value(cpuinfo, "model name", "CPU part"),
                value(cpuinfo, "vendor_id", "CPU implementer"),
                new HashSet<>(List.of(value(cpuinfo, "flags", "Features").split("\\s+"))));
    }

    /** Returns a name that two processors share where they have the same model and the same instruction sets. */
    public String name() {
        return architecture + " " + model + " " + Integer.toHexString(flags.hashCode());
    }

    /** Returns whether the processor multiplies bfloat16 at all. Without that it is emulated, and slower than float32. */
    public boolean hasBfloat16() {
        return flags.stream().anyMatch(BFLOAT16::contains);
    }

    /**
     * Returns whether networks are faster in bfloat16 than in float32. It takes matrix tiles, or an AMD processor:
     * Intel's instructions of AVX-512 alone ({@code avx512_bf16} without {@code amx_bf16}) multiply bfloat16 more slowly than
     * float32. On ARM it was not measured.
     */
    public boolean prefersBfloat16() {
        return flags.contains(MATRIX_TILES) || (flags.contains("avx512_bf16") && vendor.equals(AMD));
    }

    /**
     * Returns whether networks of images are fastest in {@code f32-packed} where bfloat16 is not faster: with AVX-512, for
     * which oneDNN's float32 kernels were measured. AVX2 alone and ARM were not measured.
     */
    public boolean prefersPackedFloat32() {
        return flags.contains("avx512f") && packsWeights() && !prefersBfloat16();
    }

    /** Returns whether libtorch has oneDNN here, which packs weights; its builds for macOS do not. */
    public boolean packsWeights() {
        return !system.startsWith("Mac");
    }

    /** The value of the first line of one of the two names; empty where there is none. */
    private static String value(List<String> cpuinfo, String x86, String arm) {
        return cpuinfo.stream().filter(line -> line.startsWith(x86) || line.startsWith(arm)).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
    }
}
