package dev.pathline.engine.graph;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a foreign module takes its tensors in. */
public enum ElementType {
    /** 32-bit whole numbers. */
    INT32(3, true),
    /** 64-bit whole numbers. */
    INT64(4, true),
    /** IEEE half precision. */
    FLOAT16(5, false),
    /** IEEE single precision. */
    FLOAT32(6, false),
    /** IEEE double precision. */
    FLOAT64(7, false),
    /** Single precision's range with 8 bits of mantissa. */
    BFLOAT16(15, false);

    private final int code;
    private final boolean whole;

    ElementType(int code, boolean whole) {
        this.code = code;
        this.whole = whole;
    }

    /** Returns libtorch's own number of the type. */
    public int code() {
        return code;
    }

    /** Returns whether it holds whole numbers only. */
    public boolean isWhole() {
        return whole;
    }

    /** Returns the name that Python gives it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns a type by its name in Python.
     *
     * @throws IllegalArgumentException if there is none; the message lists them
     */
    public static ElementType named(String text) {
        return Arrays.stream(values()).filter(type -> type.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("type '" + text + "' is unknown; known are "
                        + Arrays.stream(values()).map(ElementType::text).collect(Collectors.joining(", "))));
    }
}
