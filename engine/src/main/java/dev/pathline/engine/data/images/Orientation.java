package dev.pathline.engine.data.images;

import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import java.util.List;

/**
 * How the stored rows of a picture lie in the picture as it is to be seen: Exif's tag 'orientation'.
 *
 * @param columns whether its rows are the stored columns
 * @param otherLines whether its first row is the last of those
 * @param backwards whether each is to be read from its end
 */
record Orientation(boolean columns, boolean otherLines, boolean backwards) {

    /** The rows as they are. */
    static final Orientation UPRIGHT = new Orientation(false, false, false);

    /** In the order of the tag's values, from 1. */
    private static final List<Orientation> ALL = List.of(UPRIGHT, new Orientation(false, false, true),
            new Orientation(false, true, true), new Orientation(false, true, false),
            new Orientation(true, false, false), new Orientation(true, false, true),
            new Orientation(true, true, true), new Orientation(true, true, false));

    /** Reads the tag from bytes in the structure of a TIFF file; what cannot be read says nothing. */
    static Orientation of(byte[] exif) {
        int value = TiffTags.whole(exif, TIFF.TAG_ORIENTATION, 1);
        return value >= 1 && value <= ALL.size() ? ALL.get(value - 1) : UPRIGHT;
    }
}
