package dev.pathline.engine.evaluation.real;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.data.source.DataParts;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what samples are compared with, and what cannot be measured and why. */
final class RealNotes {

    private RealNotes() {}

    /**
     * Returns the sentences.
     *
     * @param known whether the data are those of the classifier
     */
    static List<String> of(ModelCard card, @Nullable ClassifierCheckpoint judge, DataSource source, DataParts parts,
            boolean known) {
        var notes = new ArrayList<String>();
        notes.add(compared(card, source, parts));
        reduced(parts.test(), RealImages.MOST_VALUES).ifPresent(notes::add);
        boolean image = card.shape().size() > 1;
        if (judge == null) {
            notes.add(image
                    ? "Frechet and kernel distance, " + (card.conditional()
                            ? "precision, recall and own class"
                            : "precision and recall") + " are left out: they need a classifier, and none judges."
                    : "Metrics of features" + (card.conditional() ? " and own class" : "")
                            + " are left out: they need a classifier, and there is none for vectors.");
        } else {
            if (!known) {
                notes.add(other(judge));
            }
            if (card.conditional() && !parts.labelled()) {
                notes.add("Own class is left out: " + source.path() + " has no classes, so nothing says how many of its"
                        + " images the classifier would call right.");
            } else if (!card.conditional()) {
                notes.add("Own class is left out: the model has no classes.");
            }
        }
        if (card.conditional() && !parts.labelled()) {
            notes.add("The classes take turns among the samples, and " + source.path()
                    + " has none: if it has more of one class than of another, that is part of every distance.");
        }
        return notes;
    }

    /** Says how much of the reference is kept, where that is not all: features of all images are, their values are not. */
    static Optional<String> reduced(Dataset test, long mostValues) {
        int fits = RealImages.fits(test, mostValues);
        boolean image = test.shape().size() > 1;
        return fits == test.size()
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT,
                        "The sliced Wasserstein %s taken from %,d of the reference's %s %s, chosen by a fixed seed: more"
                                + " are not kept in memory.",
                        image ? "distance is" : "and the energy distance are", fits, count(test),
                        image ? "images" : "vectors"));
    }

    /** Returns those of the sentences that hold whatever is measured. */
    static List<String> cautions(ModelCard card, @Nullable ClassifierCheckpoint judge, DataSource source,
            DataParts parts, boolean known) {
        var cautions = new ArrayList<String>();
        if (parts.heldOut()) {
            cautions.add(compared(card, source, parts));
        }
        if (judge != null && !known) {
            cautions.add(other(judge));
        }
        return cautions;
    }

    private static String other(ClassifierCheckpoint judge) {
        return judge.card().name()
                + " was trained on other data: what is measured is how far the samples are from these"
                + " in its features.";
    }

    private static String compared(ModelCard card, DataSource source, DataParts parts) {
        String what = card.shape().size() > 1 ? "images" : "vectors";
        if (!parts.heldOut()) {
            return String.format(Locale.ROOT,
                    "The reference is the %s test %s of %s, the floor is made of its %s training %s.",
                    count(parts.test()), what, source.path(), count(parts.train()), what);
        }
        boolean learned = card.training().data().contains(parts.whole());
        return String.format(Locale.ROOT, "%s has no test %s: the reference is %s of them, one in %d%s by a fixed seed,"
                + " and the floor is made of the other %s.%s", source.path(), what, count(parts.test()), parts.share(),
                parts.labelled() ? " of each class" : "", count(parts.train()), learned
                        ? " The model was trained on all of them: the numbers do not tell what is new in its samples from"
                                + " what it has learned by heart."
                        : "");
    }

    private static String count(Dataset data) {
        return data.size() == MixtureDataset.ENDLESS ? "endless" : String.format(Locale.ROOT, "%,d", data.size());
    }
}
