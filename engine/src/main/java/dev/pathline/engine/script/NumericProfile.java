package dev.pathline.engine.script;

import java.util.List;

/**
 * How a network computes: everything that may change the last bits of its output.
 *
 * @param name the name that jobs record
 * @param precision the type of weights and activations
 * @param channelsLast whether images are held as {@code [N,H,W,C]} in memory
 * @param norm how group norms take their statistics
 */
public record NumericProfile(String name, Precision precision, boolean channelsLast, NormVariant norm) {

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
    }

    /** How group norms take their statistics. */
    public enum NormVariant {
        /** libtorch's own operator. */
        NATIVE,
        /** Sums per channel in float32, then a reduction over the group: fewer passes on channels-last memory. */
        SUMS
    }

    /** The reference: float32, libtorch's own operators. */
    public static final NumericProfile FLOAT32 = new NumericProfile("f32", Precision.FLOAT32, false,
            NormVariant.NATIVE);

    /** float32 on channels-last memory. */
    public static final NumericProfile FLOAT32_CHANNELS_LAST = new NumericProfile("f32-cl", Precision.FLOAT32, true,
            NormVariant.NATIVE);

    /** float64: the oracle of the gradient tests. */
    public static final NumericProfile FLOAT64 = new NumericProfile("f64", Precision.FLOAT64, false,
            NormVariant.NATIVE);

    /** bfloat16, libtorch's own operators. */
    public static final NumericProfile BFLOAT16 = new NumericProfile("bf16", Precision.BFLOAT16, false,
            NormVariant.NATIVE);

    /** bfloat16 on channels-last memory. */
    public static final NumericProfile BFLOAT16_CHANNELS_LAST = new NumericProfile("bf16-cl", Precision.BFLOAT16, true,
            NormVariant.SUMS);

    /** A module of another program is handed float32; what it computes in is its own. */
    public static final NumericProfile MODULE = new NumericProfile("module", Precision.FLOAT32, false,
            NormVariant.NATIVE);

    /** All profiles that may be chosen, the reference first. */
    public static final List<NumericProfile> ALL = List.of(FLOAT32, FLOAT32_CHANNELS_LAST, FLOAT64, BFLOAT16,
            BFLOAT16_CHANNELS_LAST);

    /**
     * Returns the profile to use where nobody chose: bfloat16 on a GPU and on a processor that multiplies it, else the
     * reference. It depends on the machine alone, so a restart computes the same images.
     */
    public static NumericProfile recommended(boolean gpu) {
        return gpu || ProcessorFeatures.hasBfloat16() ? BFLOAT16 : FLOAT32;
    }

    /** Returns this profile, or the reference where this one has less than single precision. */
    public NumericProfile atLeastFloat32() {
        return precision == Precision.FLOAT16 || precision == Precision.BFLOAT16 ? FLOAT32 : this;
    }

    /**
     * Returns a profile by name.
     *
     * @throws IllegalArgumentException if there is none; the message lists them
     */
    public static NumericProfile named(String name) {
        return ALL.stream().filter(p -> p.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown numeric profile '" + name + "': known are "
                                + String.join(", ", ALL.stream().map(NumericProfile::name).toList())));
    }
}
