package dev.pathline.engine.data.images;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The tags of a TIFF file's first picture; what a camera says in other files has the same structure. */
final class TiffTags {

    private TiffTags() {}

    /**
     * Returns the number that a tag has.
     *
     * @param fallback what is returned where there is no such tag, it has no number, or nothing can be read
     */
    static int whole(byte[] file, int tag, int fallback) {
        if (file.length == 0) {
            return fallback;
        }
        try (var stream = new ByteArrayImageInputStream(file)) {
            @Nullable
            Entry entry = new TIFFReader().read(stream).getEntryById(tag);
            return entry != null && entry.getValue() instanceof Number value ? value.intValue() : fallback;
        } catch (IOException | RuntimeException e) {
            return fallback;
        }
    }
}
