package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The number format that a network computes in. */
public enum Precision {
    /** The worker's choice. */
    @JsonProperty("auto")
    AUTO,
    /** IEEE single precision. */
    @JsonProperty("float32")
    FLOAT32,
    /** Eight bits of exponent, seven of fraction. */
    @JsonProperty("bfloat16")
    BFLOAT16,
    /** IEEE half precision. */
    @JsonProperty("float16")
    FLOAT16;

    /** Returns its name in requests. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
