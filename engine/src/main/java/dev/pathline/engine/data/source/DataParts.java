package dev.pathline.engine.data.source;

import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.HeldOut;
import dev.pathline.engine.data.Split;
import java.util.List;

/**
 * What is trained on and what is measured on. Where the data have no test samples, some of them are kept for it:
 * {@link HeldOut}.
 *
 * @param train the training samples; without those that are kept
 * @param test the test samples
 * @param whole the hash of the training samples, those that are kept included
 * @param share one in how many samples is kept, or 0 where there are test samples
 */
public record DataParts(Dataset train, Dataset test, String whole, int share) {

    /**
     * Reads both parts.
     *
     * @param classes the names of the classes; none for data without labels
     * @throws DataException if they cannot be used, have samples of two shapes, or are too few to be cut in two
     */
    public static DataParts open(DataSource source, List<String> classes) {
        Dataset train = source.open(Split.TRAIN, classes);
        if (!source.hasTest(classes)) {
            HeldOut parts = HeldOut.of(train, source.path());
            return new DataParts(parts.train(), parts.test(), train.sha256(), parts.share());
        }
        Dataset test = source.open(Split.TEST, classes);
        if (!test.shape().equals(train.shape())) {
            throw new DataException("the test samples of " + source.path() + " have shape " + test.shape()
                    + ", the training samples " + train.shape());
        }
        return new DataParts(train, test, train.sha256(), 0);
    }

    /** Returns whether the test samples were taken out of the training samples. */
    public boolean heldOut() {
        return share > 0;
    }

    /** Returns whether samples have labels. */
    public boolean labelled() {
        return train.label(0) != Dataset.NO_LABEL && test.label(0) != Dataset.NO_LABEL;
    }
}
