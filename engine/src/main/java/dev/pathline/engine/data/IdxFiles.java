package dev.pathline.engine.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The IDX format of the MNIST family: four files in a folder, gzipped or not. */
public final class IdxFiles {

    private static final int IMAGES_MAGIC = 0x0803;
    private static final int LABELS_MAGIC = 0x0801;
    private static final long MAX_BYTES = 1L << 30;

    private IdxFiles() {}

    /** Which part of the data set to read. */
    public enum Split {
        /** The training images. */
        TRAIN("train"),
        /** The test images. */
        TEST("t10k");

        private final String prefix;

        Split(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * Reads images and labels.
     *
     * @param folder holds {@code train-images-idx3-ubyte[.gz]} and its siblings
     * @throws DataException if a file is missing, cut short or of another format; the message names it
     */
    public static ImageDataset read(Path folder, Split split) {
        Path images = find(folder, split.prefix + "-images-idx3-ubyte");
        Path labels = find(folder, split.prefix + "-labels-idx1-ubyte");
        int[] imageDims = new int[3];
        byte[] pixels = body(images, IMAGES_MAGIC, imageDims);
        int[] labelDims = new int[1];
        byte[] classes = body(labels, LABELS_MAGIC, labelDims);
        if (imageDims[0] != labelDims[0]) {
            throw new DataException(images + " has " + imageDims[0] + " images, but " + labels + " has " + labelDims[0]
                    + " labels");
        }
        return new ImageDataset(List.of(1, imageDims[1], imageDims[2]), pixels, classes);
    }

    private static Path find(Path folder, String name) {
        Path plain = folder.resolve(name);
        Path zipped = folder.resolve(name + ".gz");
        if (Files.isRegularFile(plain)) {
            return plain;
        }
        if (Files.isRegularFile(zipped)) {
            return zipped;
        }
        throw new DataException("neither " + plain + " nor " + zipped.getFileName()
                + " exists; for Fashion-MNIST install the Debian package dataset-fashion-mnist");
    }

    private static byte[] body(Path file, int magic, int[] dims) {
        try (InputStream raw = Files.newInputStream(file);
                var in = new DataInputStream(new BufferedInputStream(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw, 1 << 16))) {
            int found = in.readInt();
            if (found != magic) {
                throw new DataException(String.format("%s is not an IDX file of this kind: it starts with %08x where"
                        + " %08x was expected", file, found, magic));
            }
            long size = 1;
            for (int i = 0; i < dims.length; i++) {
                dims[i] = in.readInt();
                if (dims[i] <= 0 || dims[i] > MAX_BYTES / size) {
                    throw new DataException(file + " claims a dimension of " + dims[i]);
                }
                size *= dims[i];
            }
            byte[] body = new byte[(int) size];
            in.readFully(body);
            // Reading on to the end also makes the gzip stream compare its checksum.
            if (in.read() >= 0) {
                throw new DataException(file + " has more than the " + size + " bytes that its header claims");
            }
            return body;
        } catch (EOFException e) {
            throw new DataException(file + " is cut short", e);
        } catch (ZipException e) {
            throw new DataException(file + " is not a whole gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DataException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
