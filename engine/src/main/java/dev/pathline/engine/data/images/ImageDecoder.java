package dev.pathline.engine.data.images;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG files, whatever their names end with, and brings them to one size. Safe for concurrent use; all
 * images that are decoded at one time have at most {@link #MAX_PIXELS} pixels together.
 *
 * <p>Colour profiles, gamma and a camera's orientation are ignored, as by most readers of training data.
 */
public final class ImageDecoder {

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

    private byte[] decode(byte[] file) throws UnusableImageException {
        String format = format(file);
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        var damage = new ArrayList<String>();
        reader.addIIOReadWarningListener((_, warning) -> damage.add(warning));
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(stream, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > MAX_PIXELS) {
                throw new UnusableImageException("its header claims " + width + "x" + height + " pixels, more than "
                        + MAX_PIXELS);
            }
            int permits = Math.max(1, Math.ceilDiv(width * height, PERMIT));
            memory.acquire(permits);
            try {
                BufferedImage image = reader.read(0);
                requireUndamaged(damage);
                return AreaResize.resize(new PixelRows(image, target.channels()), target);
            } finally {
                memory.release(permits);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableImageException("its decoding was interrupted", e);
        } catch (IOException | RuntimeException e) {
            // The readers answer damaged files with exceptions of every kind.
            throw new UnusableImageException("it is no whole " + format + " image: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }

    private static String format(byte[] file) throws UnusableImageException {
        if (PngChunks.isPng(file)) {
            PngChunks.requireWhole(file);
            return "png";
        }
        if (file.length > 2 && file[0] == (byte) 0xFF && file[1] == (byte) 0xD8 && file[2] == (byte) 0xFF) {
            return "jpeg";
        }
        throw new UnusableImageException("it is neither PNG nor JPEG: it begins with "
                + HexFormat.ofDelimiter(" ").formatHex(file, 0, Math.min(8, file.length)));
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
