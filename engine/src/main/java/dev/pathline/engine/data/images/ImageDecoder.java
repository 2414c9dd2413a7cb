package dev.pathline.engine.data.images;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes files of every {@link ImageKind}, whatever their names end with, and brings them to one size. Safe for
 * concurrent use; all images that are decoded at one time have at most {@link #MAX_PIXELS} pixels together.
 *
 * <p>Samples are taken as they are stored: colour profiles and gamma are ignored in every format, as by most readers of
 * training data. A picture is turned as its camera says that it was held.
 */
public final class ImageDecoder {

    /** Changes whenever the same file may become another image. */
    public static final int VERSION = 3;

    /** Images with more pixels are refused by their header, before anything is decoded. */
    public static final long MAX_PIXELS = 1 << 26;

    /** Larger files are refused before they are read. */
    public static final long MAX_FILE = 1 << 28;

    private static final int PERMIT = 1 << 16;

    private final ImageTarget target;
    private final Semaphore memory = new Semaphore((int) (MAX_PIXELS / PERMIT), true);

    /** A decoder to images of one size. */
    public ImageDecoder(ImageTarget target) {
        this.target = target;
    }

    /**
     * Decodes a file.
     *
     * @return {@code [channels, height, width]} bytes
     * @throws UnusableImageException if it is no whole image of a known kind, or too large
     * @throws IOException if it cannot be read
     */
    public byte[] decode(Path file) throws UnusableImageException, IOException {
        long size = Files.size(file);
        if (size == 0) {
            throw new UnusableImageException("it is empty");
        }
        if (size > MAX_FILE) {
            throw new UnusableImageException("it has " + size + " bytes, more than " + MAX_FILE);
        }
        return decode(Files.readAllBytes(file));
    }

    private byte[] decode(byte[] file) throws UnusableImageException, IOException {
        ImageKind kind = ImageKind.of(file);
        ImageReader reader = kind.reader();
        var damage = new ArrayList<String>();
        reader.addIIOReadWarningListener((_, warning) -> damage.add(warning));
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(kind.withoutProfile(file)))) {
            reader.setInput(stream, true, kind != ImageKind.WEBP);
            int permits = permits(reader);
            memory.acquire(permits);
            try {
                BufferedImage image = reader.read(0);
                requireUndamaged(damage);
                return AreaResize.resize(rows(kind, file, image), target);
            } finally {
                memory.release(permits);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableImageException("its decoding was interrupted", e);
        } catch (IOException | RuntimeException e) {
            // The readers answer damaged files with exceptions of every kind.
            throw new UnusableImageException("it is no whole " + kind + " image: " + reason(e), e);
        } finally {
            reader.dispose();
        }
    }

    private static String reason(Exception e) {
        if (e instanceof EOFException) {
            return "it ends too early";
        }
        String message = e.getMessage();
        return e instanceof RuntimeException || message == null ? "its parts contradict each other" : message;
    }

    private PixelRows rows(ImageKind kind, byte[] file, BufferedImage image) throws UnusableImageException {
        return new PixelRows(image, kind.orientation(file), kind.negative(file), kind.transparentGrey(file),
                target.channels());
    }

    /** Returns how much of the memory an image needs, by its header; a tile may be larger than the image. */
    private static int permits(ImageReader reader) throws IOException, UnusableImageException {
        long pixels = 0;
        for (int[] size : new int[][]{{reader.getWidth(0), reader.getHeight(0)},
            {reader.getTileWidth(0), reader.getTileHeight(0)}}) {
            if ((long) size[0] * size[1] > MAX_PIXELS) {
                throw new UnusableImageException("its header claims " + size[0] + "x" + size[1]
                        + " pixels, more than " + MAX_PIXELS);
            }
            pixels = Math.max(pixels, (long) size[0] * size[1]);
        }
        return (int) Math.max(1, Math.ceilDiv(pixels, PERMIT));
    }

    /** What is missing of a JPEG is filled in with grey and a warning. */
    private static void requireUndamaged(List<String> warnings) throws UnusableImageException {
        for (String warning : warnings) {
            if (warning.matches("(?i).*(premature|truncated|corrupt).*")) {
                throw new UnusableImageException("it is damaged: " + warning);
            }
        }
    }
}
