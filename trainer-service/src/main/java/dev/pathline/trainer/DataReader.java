package dev.pathline.trainer;

import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.Split;
import java.nio.file.Path;
import java.util.List;

/** Reads the section {@code data} of a specification, and the data that it names. */
final class DataReader {

    private DataReader() {}

    /** Returns what the section says; what is wrong with it is added to its problems. */
    static DataSpec read(SpecFields data) {
        var result = new DataSpec(data.word("format", null, List.of("idx")), data.text("path", null),
                data.texts("classes"));
        data.noOthers();
        return result;
    }

    /**
     * Reads a data set, and checks that each label has a name.
     *
     * @throws DataException if it cannot be used
     */
    static Dataset open(DataSpec data, Split split) {
        Dataset images = IdxFiles.read(Path.of(data.path()), split);
        for (int i = 0; i < images.size(); i++) {
            if (images.label(i) >= data.classes().size()) {
                throw new DataException("image " + i + " of " + data.path() + " has class " + images.label(i)
                        + ", but data.classes names " + data.classes().size() + ", counted from 0");
            }
        }
        return images;
    }
}
