package dev.pathline.engine.checkpoint;

import java.nio.ByteBuffer;

/** The element types of safetensors that hold weights. */
public enum StoredType {
    /** IEEE half precision. */
    F16(2) {
        @Override
        float read(ByteBuffer buffer) {
            return Float.float16ToFloat(buffer.getShort());
        }

        @Override
        void write(ByteBuffer buffer, float value) {
            buffer.putShort(Float.floatToFloat16(value));
        }
    },
    /** The upper half of single precision. */
    BF16(2) {
        @Override
        float read(ByteBuffer buffer) {
            return Float.intBitsToFloat(buffer.getShort() << 16);
        }

        @Override
        void write(ByteBuffer buffer, float value) {
            int bits = Float.floatToRawIntBits(value);
            // Round to nearest, ties to even; a NaN keeps a mantissa bit.
            int rounded = Float.isNaN(value) ? bits | 0x400000 : bits + 0x7FFF + ((bits >>> 16) & 1);
            buffer.putShort((short) (rounded >>> 16));
        }
    },
    /** IEEE single precision. */
    F32(4) {
        @Override
        float read(ByteBuffer buffer) {
            return buffer.getFloat();
        }

        @Override
        void write(ByteBuffer buffer, float value) {
            buffer.putFloat(value);
        }
    };

    private final int bytes;

    StoredType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the size of one element. */
    public int bytes() {
        return bytes;
    }

    /** Returns a value as it is read back after it was written. */
    public float round(float value) {
        ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES);
        write(buffer, value);
        return read(buffer.flip());
    }

    abstract float read(ByteBuffer buffer);

    abstract void write(ByteBuffer buffer, float value);
}
