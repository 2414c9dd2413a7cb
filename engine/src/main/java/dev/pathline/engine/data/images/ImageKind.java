package dev.pathline.engine.data.images;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The formats of image files that are read. A file is of the one that its first bytes say, whatever its name ends with. */
public enum ImageKind {
    /** By the JDK's reader. */
    PNG("png"),
    /** By the JDK's reader. */
    JPEG("jpg jpeg jpe jfif"),
    /** By the JDK's reader; the first picture of several. */
    GIF("gif"),
    /** By the JDK's reader. */
    BMP("bmp dib"),
    /** By the JDK's reader; the first picture of several. */
    TIFF("tif tiff"),
    /** By the TwelveMonkeys library; the first picture of several. */
    WEBP("webp");

    private static final int LONGEST_MARK = 12;
    private static final int PHOTOMETRIC = 262;
    private static final int WHITE_IS_ZERO = 0;

    /** What files of the kind end with, with blanks in between. */
    private final String endings;

    ImageKind(String endings) {
        this.endings = endings;
    }

    /** Returns what the names of image files end with, in small letters, each with its dot. */
    public static List<String> endings() {
        return Arrays.stream(values()).flatMap(kind -> Arrays.stream(kind.endings.split(" ")))
                .map(ending -> "." + ending).toList();
    }

    /** @throws UnusableImageException if it begins like none of the known kinds, or is shorter than it says */
    static ImageKind of(byte[] file) throws UnusableImageException {
        String start = new String(file, 0, Math.min(file.length, LONGEST_MARK), StandardCharsets.ISO_8859_1);
        if (PngChunks.isPng(file)) {
            PngChunks.requireWhole(file);
            return PNG;
        }
        if (start.startsWith("\u00FF\u00D8\u00FF")) {
            return JPEG;
        }
        if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return GIF;
        }
        if (start.startsWith("BM")) {
            return BMP;
        }
        if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
            return TIFF;
        }
        if (start.startsWith("RIFF") && start.endsWith("WEBP")) {
            WebpChunks.requireWhole(file);
            return WEBP;
        }
        throw new UnusableImageException("it is neither PNG nor JPEG, GIF, BMP, TIFF or WebP: it begins with "
                + HexFormat.ofDelimiter(" ").formatHex(file, 0, Math.min(8, file.length)));
    }

    /** Returns a new reader, which the caller disposes of. */
    ImageReader reader() throws IOException {
        // Not by its name: what a registry finds depends on the class loader of whoever asks first.
        return this == WEBP
                ? new WebPImageReaderSpi().createReaderInstance()
                : ImageIO.getImageReadersByFormatName(toString()).next();
    }

    /** Returns the bytes without a colour profile, which some readers would apply and some would not. */
    byte[] withoutProfile(byte[] file) {
        return switch (this) {
            case JPEG -> JpegSegments.withoutProfile(file);
            case PNG -> PngChunks.withoutProfile(file);
            case WEBP -> WebpChunks.withoutProfile(file);
            default -> file;
        };
    }

    /** Returns how a camera says that it was held; upright where it does not say. */
    Orientation orientation(byte[] file) {
        return switch (this) {
            case JPEG -> Orientation.of(JpegSegments.exif(file));
            case PNG -> Orientation.of(PngChunks.exif(file));
            case WEBP -> Orientation.of(WebpChunks.exif(file));
            case TIFF -> Orientation.of(file);
            default -> Orientation.UPRIGHT;
        };
    }

    /** Returns whether grey samples say how much ink there is; the JDK's reader of TIFF hands them out as they are. */
    boolean negative(byte[] file) {
        return this == TIFF && TiffTags.whole(file, PHOTOMETRIC, 1) == WHITE_IS_ZERO;
    }

    /** Returns the grey up to 255 that is transparent although the decoded image does not say so, or -1. */
    int transparentGrey(byte[] file) {
        return this == PNG ? PngChunks.transparentGrey(file) : -1;
    }

    /** Returns the name of the format in small letters. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
