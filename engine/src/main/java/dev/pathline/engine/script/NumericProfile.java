package dev.pathline.engine.script;

import java.util.List;
import java.util.stream.Stream;

/**
 * How a network computes: everything that may change the last bits of its output.
 *
 * @param name the name that jobs record
 * @param precision the type of weights and activations
 * @param channelsLast whether images are held as {@code [N,H,W,C]} in memory
 * @param norm how group norms take their statistics
 * @param packed whether a convolution's weights are laid out once, at load, as oneDNN's kernel reads them; inference on
 *        an x86-64 or ARM processor only
 */
public record NumericProfile(
        String name,
        Precision precision,
        boolean channelsLast,
        NormVariant norm,
        boolean packed) {

    /** The type of weights and activations; the number is libtorch's own. */
    public enum Precision {
        /** IEEE half precision: for GPUs. */
        FLOAT16(5),
        /** IEEE single precision: the reference. */
        FLOAT32(6),
        /** IEEE double precision: for tests of derivatives. */
        FLOAT64(7),
        /** Single precision's range with 8 bits of mantissa: fast where the processor multiplies it. */
        BFLOAT16(15);

        private final int code;

        Precision(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** Returns the size of one number in bytes. */
        public int bytes() {
            return switch (this) {
                case FLOAT16, BFLOAT16 -> 2;
                case FLOAT32 -> 4;
                case FLOAT64 -> 8;
            };
        }
    }

    /** How group norms take their statistics. */
    public enum NormVariant {
        /** libtorch's own operator. */
        NATIVE,
        /** Sums per channel in float32, then a reduction over the group: fewer passes on channels-last memory. */
        SUMS
    }

    /** The reference: float32, libtorch's own operators. */
    public static final NumericProfile FLOAT32 = of("f32", Precision.FLOAT32, false, NormVariant.NATIVE);

    /** float32 on channels-last memory. */
    public static final NumericProfile FLOAT32_CHANNELS_LAST = of("f32-cl", Precision.FLOAT32, true,
            NormVariant.NATIVE);

    /** float32 on channels-last memory with packed weights: the fastest one where bfloat16 is slow. */
    public static final NumericProfile FLOAT32_PACKED = new NumericProfile("f32-packed", Precision.FLOAT32, true,
            NormVariant.SUMS, true);

    /** float64: the oracle of the gradient tests. */
    public static final NumericProfile FLOAT64 = of("f64", Precision.FLOAT64, false, NormVariant.NATIVE);

    /** bfloat16, libtorch's own operators. */
    public static final NumericProfile BFLOAT16 = of("bf16", Precision.BFLOAT16, false, NormVariant.NATIVE);

    /** bfloat16 on channels-last memory. */
    public static final NumericProfile BFLOAT16_CHANNELS_LAST = of("bf16-cl", Precision.BFLOAT16, true,
            NormVariant.SUMS);

    /** bfloat16 on channels-last memory with packed weights: the fastest on a processor that multiplies bfloat16. */
    public static final NumericProfile BFLOAT16_PACKED = BFLOAT16_CHANNELS_LAST.packedAs("bf16-packed");

    /** float16, libtorch's own operators: for GPUs. */
    public static final NumericProfile FLOAT16 = of("f16", Precision.FLOAT16, false, NormVariant.NATIVE);

    /** float16 on channels-last memory: for GPUs. */
    public static final NumericProfile FLOAT16_CHANNELS_LAST = of("f16-cl", Precision.FLOAT16, true,
            NormVariant.NATIVE);

    /** A module of another program is handed float32; what it computes in is its own. */
    public static final NumericProfile MODULE = of("module", Precision.FLOAT32, false, NormVariant.NATIVE);

    /** All profiles, the reference first. */
    public static final List<NumericProfile> ALL = List.of(FLOAT32, FLOAT32_CHANNELS_LAST, FLOAT32_PACKED, FLOAT64,
            BFLOAT16, BFLOAT16_CHANNELS_LAST, BFLOAT16_PACKED, FLOAT16, FLOAT16_CHANNELS_LAST);

    /** Those that a model can be sampled in, the reference first: no lane computes in float64. */
    public static final List<NumericProfile> SAMPLING = ALL.stream()
            .filter(profile -> profile.precision() != Precision.FLOAT64).toList();

    /**
     * Returns the profiles that are worth a measurement on a device, the reference first: what the device has no
     * arithmetic for is left out.
     */
    public static List<NumericProfile> candidates(boolean gpu) {
        if (gpu) {
            return List.of(FLOAT32, FLOAT32_CHANNELS_LAST, BFLOAT16, FLOAT16, FLOAT16_CHANNELS_LAST);
        }
        List<NumericProfile> worth = List.of(FLOAT32, FLOAT32_PACKED, BFLOAT16, BFLOAT16_PACKED);
        return ofProcessor(ProcessorFeatures.here()).stream().filter(worth::contains).toList();
    }

    /** Returns the profiles in which samples can be made on a processor, the reference first. */
    public static List<NumericProfile> ofProcessor(ProcessorFeatures processor) {
        return Stream.of(FLOAT32, FLOAT32_CHANNELS_LAST, FLOAT32_PACKED, BFLOAT16, BFLOAT16_CHANNELS_LAST,
                BFLOAT16_PACKED)
                .filter(profile -> profile.precision == Precision.FLOAT32 || processor.hasBfloat16())
                .filter(profile -> !profile.packed || processor.packsWeights()).toList();
    }

    /** Returns the profiles in which samples can be made on a GPU, the reference first. */
    public static List<NumericProfile> ofGpu() {
        return List.of(FLOAT32, FLOAT32_CHANNELS_LAST, BFLOAT16, BFLOAT16_CHANNELS_LAST, FLOAT16,
                FLOAT16_CHANNELS_LAST);
    }

    private static NumericProfile of(String name, Precision precision, boolean channelsLast, NormVariant norm) {
        return new NumericProfile(name, precision, channelsLast, norm, false);
    }

    private NumericProfile packedAs(String other) {
        return new NumericProfile(other, precision, channelsLast, norm, true);
    }

    /** Returns this profile, or the reference where this one has less than single precision. */
    public NumericProfile atLeastFloat32() {
        return precision == Precision.FLOAT16 || precision == Precision.BFLOAT16 ? FLOAT32 : this;
    }

    /**
     * Returns a profile of {@link #SAMPLING} by name.
     *
     * @throws IllegalArgumentException if there is none; the message lists them
     */
    public static NumericProfile named(String name) {
        return SAMPLING.stream().filter(p -> p.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException((name.equals(FLOAT64.name())
                        ? "numeric profile 'f64' is for derivatives, and no model is sampled in it"
                        : "unknown numeric profile '" + name + "'") + ": known are "
                        + String.join(", ", SAMPLING.stream().map(NumericProfile::name).toList())));
    }
}
