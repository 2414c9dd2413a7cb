package dev.pathline.engine.checkpoint;

import java.nio.ByteBuffer;

/** The element types of safetensors that hold weights. */
public enum StoredType {
    /** IEEE half precision. */
    F16(2, 65504) {
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
    BF16(2, 65504) {
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
    F32(4, Float.MAX_VALUE) {
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
    private final float largest;

    StoredType(int bytes, float largest) {
        this.bytes = bytes;
        this.largest = largest;
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

    /**
     * Returns this type, or float32 where one of the values would become infinite in it: float16 ends at 65504.
     *
     * @param values the elements of a tensor
     */
    public StoredType holding(float[] values) {
        for (float value : values) {
            // What is a little beyond the largest number is rounded to it.
            if (Math.abs(value) > largest && Float.isFinite(value) && !Float.isFinite(round(value))) {
                return F32;
            }
        }
        return this;
    }

    /**
     * Returns values as they are read back after they were written as one tensor.
     *
     * @param values the elements, which are left alone
     */
    public float[] rounded(float[] values) {
        StoredType stored = holding(values);
        float[] rounded = values.clone();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = stored.round(rounded[i]);
        }
        return rounded;
    }

    abstract float read(ByteBuffer buffer);

    abstract void write(ByteBuffer buffer, float value);
}
