package dev.pathline.common.image;

import java.util.Arrays;
import java.util.List;

/** Several pictures of one size on one sheet, row by row in their order, as square as it gets, with thin white gaps. */
public final class ContactSheet {

    /** Pixels between pictures. */
    public static final int GAP = 2;

    private ContactSheet() {}

    /**
     * Lays out pictures.
     *
     * @throws IllegalArgumentException if there is none, or their sizes differ
     */
    public static Raster of(List<Raster> pictures) {
        return of(pictures, Math.max(1, (int) Math.ceil(Math.sqrt(pictures.size()))));
    }

    /**
     * Lays out pictures in a given number of columns.
     *
     * @throws IllegalArgumentException if there is no picture or no column, or sizes differ
     */
    public static Raster of(List<Raster> pictures, int columns) {
        if (pictures.isEmpty() || columns < 1) {
            throw new IllegalArgumentException("a contact sheet of " + pictures.size() + " pictures in " + columns
                    + " columns");
        }
        Raster first = pictures.getFirst();
        int rows = (pictures.size() + columns - 1) / columns;
        int width = columns * (first.width() + GAP) - GAP;
        int height = rows * (first.height() + GAP) - GAP;
        int channels = first.channels();
        byte[] sheet = new byte[width * height * channels];
        Arrays.fill(sheet, (byte) 0xff);
        for (int i = 0; i < pictures.size(); i++) {
            Raster picture = pictures.get(i);
            if (picture.width() != first.width() || picture.height() != first.height()
                    || picture.channels() != channels) {
                throw new IllegalArgumentException("picture " + i + " has another size than the first");
            }
            int left = (i % columns) * (first.width() + GAP);
            int top = (i / columns) * (first.height() + GAP);
            int line = picture.width() * channels;
            for (int y = 0; y < picture.height(); y++) {
                System.arraycopy(picture.pixels(), y * line, sheet, ((top + y) * width + left) * channels, line);
            }
        }
        return new Raster(width, height, channels, sheet);
    }
}
