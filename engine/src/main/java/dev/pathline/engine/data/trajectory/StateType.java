package dev.pathline.engine.data.trajectory;

import java.nio.ByteBuffer;

/** The element types that states are stored in. */
public enum StateType {
    /** IEEE half precision: numbers up to 65504, with a relative error of at most 2^-11. */
    F16("<f2", Short.BYTES) {
        @Override
        void write(ByteBuffer bytes, float value) {
            bytes.putShort(Float.floatToFloat16(value));
        }

        @Override
        float read(ByteBuffer bytes) {
            return Float.float16ToFloat(bytes.getShort());
        }
    },
    /** IEEE single precision, as the executor has them. */
    F32("<f4", Float.BYTES) {
        @Override
        void write(ByteBuffer bytes, float value) {
            bytes.putFloat(value);
        }

        @Override
        float read(ByteBuffer bytes) {
            return bytes.getFloat();
        }
    };

    private final String code;
    private final int bytes;

    StateType(String code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Returns the type's name in a NumPy file. */
    String code() {
        return code;
    }

    /** Returns the size of an element. */
    public int bytes() {
        return bytes;
    }

    /** Writes a number to a little-endian buffer, rounded. */
    abstract void write(ByteBuffer bytes, float value);

    /** Reads a number from a little-endian buffer. */
    abstract float read(ByteBuffer bytes);
}
