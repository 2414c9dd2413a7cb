package dev.pathline.engine.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A run of 8-bit images in memory or in a mapped file, one record after the other.
 *
 * @param name what errors call it: the file's name
 * @param bytes the memory
 * @param offset where the first image's pixels begin
 * @param stride from one image's pixels to the next one's, in bytes
 * @param count the number of images
 */
record ImageBlock(String name, MemorySegment bytes, long offset, long stride, int count) {

    /** @throws IllegalArgumentException if the images do not lie within the memory */
    ImageBlock {
        if (count < 1 || offset < 0 || stride < 1 || offset + (count - 1) * stride >= bytes.byteSize()) {
            throw new IllegalArgumentException(count + " images, each " + stride + " bytes on from " + offset
                    + ", do not fit into " + bytes.byteSize());
        }
    }

    /** Images in an array, without gaps. */
    static ImageBlock of(byte[] pixels, int imageSize) {
        return new ImageBlock("an array", MemorySegment.ofArray(pixels), 0, imageSize, pixels.length / imageSize);
    }

    /**
     * Copies an image's bytes.
     *
     * @throws DataException if the file was cut, or its disk failed, after it was mapped
     */
    void read(int index, byte[] target) {
        MappedFiles.reading(name,
                () -> MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset + index * stride, target, 0,
                        target.length));
    }
}
