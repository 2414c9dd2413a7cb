package dev.pathline.common.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** The element types that numbers are read from. */
enum NpyType {
    F2(Short.BYTES) {
        @Override
        float read(ByteBuffer bytes) {
            return Float.float16ToFloat(bytes.getShort());
        }
    },
    F4(Float.BYTES) {
        @Override
        float read(ByteBuffer bytes) {
            return bytes.getFloat();
        }
    },
    F8(Double.BYTES) {
        @Override
        float read(ByteBuffer bytes) {
            return (float) bytes.getDouble();
        }
    };

    private final int bytes;

    NpyType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** Reads an element, rounded to float32. */
    abstract float read(ByteBuffer bytes);

    /**
     * Returns the type of a description such as {@code <f4}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static NpyType of(String description) {
        for (NpyType type : values()) {
            if (description.matches("[<>]" + type.name().toLowerCase(Locale.ROOT))) {
                return type;
            }
        }
        throw new IllegalArgumentException(description.endsWith("O")
                ? "it holds Python objects, which are never loaded; save an array of numbers"
                : "its elements have type '" + description
                        + "', not float32, float64 or float16; convert it with .astype('float32')");
    }

    static ByteOrder order(String description) {
        return description.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
}
