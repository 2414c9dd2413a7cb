package dev.pathline.diffusion.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The element types that numbers are read from. */
public enum NpyType {
    /** float16. */
    F2("f2", Short.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return Float.float16ToFloat(bytes.getShort());
        }
    },
    /** float32. */
    F4("f4", Float.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return bytes.getFloat();
        }
    },
    /** float64. */
    F8("f8", Double.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return (float) bytes.getDouble();
        }
    },
    /** uint8. */
    U1("u1", Byte.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return Byte.toUnsignedInt(bytes.get());
        }
    },
    /** int8. */
    I1("i1", Byte.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return bytes.get();
        }
    },
    /** int16. */
    I2("i2", Short.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return bytes.getShort();
        }
    },
    /** int32. */
    I4("i4", Integer.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return bytes.getInt();
        }
    },
    /** int64. */
    I8("i8", Long.BYTES) {
        @Override
        public float read(ByteBuffer bytes) {
            return bytes.getLong();
        }
    };

    private final String code;
    private final int bytes;

    NpyType(String code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Returns the size of an element. */
    public int bytes() {
        return bytes;
    }

    /** Returns whether elements are floating-point numbers. */
    public boolean floating() {
        return code.startsWith("f");
    }

    /** Reads an element, rounded to float32. */
    public abstract float read(ByteBuffer bytes);

    /**
     * Returns the type of a description such as {@code <f4} or {@code |u1}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static NpyType of(String description) {
        for (NpyType type : values()) {
            if (description.length() == 3 && description.endsWith(type.code)
                    && (type.bytes == 1 ? "|<>" : "<>").indexOf(description.charAt(0)) >= 0) {
                return type;
            }
        }
        throw notFloating(description);
    }

    /** Returns the order of the bytes of an element. */
    public static ByteOrder order(String description) {
        return description.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** What is said of elements that are not read, or not read where only floating-point numbers are. */
    static IllegalArgumentException notFloating(String description) {
        return new IllegalArgumentException(description.endsWith("O")
                ? "it holds Python objects, which are never loaded; save an array of numbers"
                : "its elements have type '" + description
                        + "', not float32, float64 or float16; convert it with .astype('float32')");
    }
}
