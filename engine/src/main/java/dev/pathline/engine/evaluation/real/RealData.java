package dev.pathline.engine.evaluation.real;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Relabelled;
import dev.pathline.engine.data.source.DataParts;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.data.source.FoundData;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.network.GaussianMixtureNet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What samples are compared with: whatever a model can be trained on, as training opens it.
 *
 * @param train where the floors come from
 * @param test the reference
 * @param labelled whether samples have labels, which are the model's where it has classes
 * @param notes what is compared with what, and what is left out and why, each a sentence
 * @param cautions those of the notes that hold whatever is measured: the reference is not a test set of its own, or the
 *        classifier's
 * @param warnings what whoever measures should know of the data, each a sentence
 */
public record RealData(
        Dataset train,
        Dataset test,
        boolean labelled,
        List<String> notes,
        List<String> cautions,
        List<String> warnings) {

    /** How large the reference of a closed form is, and the data of its floors. */
    private static final int DRAWS = 10_000;
    private static final long TEST_SEED = 1;
    private static final long TRAIN_SEED = 2;
    /** Where Debian's package puts the data of the classifier that comes with Pathline. */
    private static final String PACKAGED = "/usr/share/datasets/fashion-mnist";
    /** How far a rounded number may be outside [-1, 1]. */
    private static final float SLACK = 1e-3f;

    /** Takes copies. */
    public RealData {
        notes = List.copyOf(notes);
        cautions = List.copyOf(cautions);
        warnings = List.copyOf(warnings);
    }

    /**
     * Returns the real data of a model, at a place.
     *
     * @param judge the classifier that judges, whose own data labelled images must be; null for none
     * @param path a folder or a file of which {@link FoundData} sees the format; null for the classifier's own data, or for
     *        the closed form where the model is one
     * @throws DataException if the data cannot be used, has other classes than the model, or is not the classifier's
     * @throws IllegalArgumentException if nothing says which data, or the classifier or the data does not fit the model
     */
    public static RealData of(Checkpoint model, @Nullable ClassifierCheckpoint judge, @Nullable Path path) {
        if (path == null) {
            return judge == null ? closedForm(model) : ofTheClassifier(model.card(), judge);
        }
        if (judge != null) {
            Fit.require(model.card(), judge);
        }
        return of(model.card(), judge, FoundData.at(path, model.card().shape()), List.of());
    }

    /** A classifier's card has the place of its data alone; test samples or labels may lie elsewhere. */
    private static RealData ofTheClassifier(ModelCard card, ClassifierCheckpoint judge) {
        Fit.require(card, judge);
        Path place = Path.of(judge.card().dataPath());
        if (!Files.exists(place)) {
            throw new DataException("the data of classifier " + judge.card().name() + ", " + place
                    + ", are not there: "
                    + (place.equals(Path.of(PACKAGED)) ? "install the Debian package dataset-fashion-mnist, or " : "")
                    + "name data with --data");
        }
        // Data without labels would be taken for others, with a note.
        return own(card, judge, FoundData.at(place, card.shape()), List.of()).filter(data -> data.isOf(judge))
                .orElseThrow(() -> new DataException("what is in " + place + " is not what classifier "
                        + judge.card().name() + " was trained on there: it has changed since, or the classifier's"
                        + " specification says more of its data than the place, such as test samples, labels or how"
                        + " they are read; name that specification with --data SPEC.yaml"));
    }

    /**
     * Returns the real data of a model, as training opens it.
     *
     * @param card the model's
     * @param judge the classifier that judges, whose own data labelled images must be; null for none
     * @param given the names of the data's classes in the order of their labels; none where nothing says them
     * @throws DataException if the data cannot be used, has other classes than the model, or is not the classifier's
     * @throws IllegalArgumentException if the classifier or the data does not fit the model
     */
    public static RealData of(ModelCard card, @Nullable ClassifierCheckpoint judge, DataSource source,
            List<String> given) {
        return own(card, judge, source, given).orElseThrow(() -> new DataException("the images in " + source.path()
                + " are not those of the classifier" + (judge == null ? "" : ", " + judge.card().name())
                + ", whose accuracy and distance would mean nothing for them: name its data with --data, or a classifier"
                + " that was trained on these with --classifier"));
    }

    /**
     * Returns the real data of a model where they are the classifier's, too. Data without labels are no classifier's: their
     * features are compared all the same, and a note says so.
     *
     * @param card the model's
     * @param judge the classifier that judges, or null for none, which takes any data
     * @param given the names of the data's classes in the order of their labels; none where nothing says them
     * @return nothing if the data has labels, and the classifier is of other data
     * @throws DataException if the data cannot be used, or has other classes than the model
     * @throws IllegalArgumentException if the classifier or the data does not fit the model
     */
    public static Optional<RealData> own(ModelCard card, @Nullable ClassifierCheckpoint judge, DataSource source,
            List<String> given) {
        if (judge != null) {
            Fit.require(card, judge);
        }
        List<String> classes = ClassNames.of(card, source, given, ClassNames.of(judge));
        DataParts parts = DataParts.open(source, classes);
        requireFit(card, parts, source);
        ClassNames.requireNamed(parts.train(), classes, source);
        ClassNames.requireNamed(parts.test(), classes, source);
        boolean labelled = parts.labelled();
        boolean ordered = labelled && card.conditional();
        var data = new RealData(ordered ? Relabelled.of(parts.train(), classes, card.classes()) : parts.train(),
                ordered ? Relabelled.of(parts.test(), classes, card.classes()) : parts.test(), labelled, List.of(),
                List.of(), warnings(parts));
        boolean known = judge == null || data.isOf(judge);
        return known || !labelled
                ? Optional.of(new RealData(data.train, data.test, labelled,
                        RealNotes.of(card, judge, source, parts, known),
                        RealNotes.cautions(card, judge, source, parts, known), data.warnings))
                : Optional.empty();
    }

    /**
     * Returns how many samples of a model can be compared with as many real ones.
     *
     * @param wanted more are not asked for
     */
    public int most(ModelCard card, int wanted) {
        return new RealImages(train).most(wanted, turns(card));
    }

    /** Returns how many classes take turns among the real samples, or 0 where they are taken as they come. */
    public int turns(ModelCard card) {
        return labelled ? card.classes().size() : 0;
    }

    /** Returns these data with notes more. */
    public RealData with(List<String> more) {
        var all = new ArrayList<>(notes);
        all.addAll(more);
        return new RealData(train, test, labelled, all, cautions, warnings);
    }

    /** Returns these data with a note more that holds whatever is measured. */
    public RealData withCaution(String caution) {
        var all = new ArrayList<>(cautions);
        all.add(caution);
        RealData noted = with(List.of(caution));
        return new RealData(train, test, labelled, noted.notes, all, warnings);
    }

    /** Whether these are the data that a classifier was trained and tested on. */
    private boolean isOf(ClassifierCheckpoint judge) {
        return train.sha256().equals(judge.card().trainSha256()) && test.sha256().equals(judge.card().testSha256());
    }

    private static RealData closedForm(Checkpoint model) {
        if (model.config() instanceof GaussianMixtureNet network) {
            var mixture = new MixtureData(model, network);
            return new RealData(mixture.draw(DRAWS, TRAIN_SEED), mixture.draw(DRAWS, TEST_SEED),
                    model.card().conditional(), List.of(String.format(Locale.ROOT,
                            "The reference is %,d draws of the model's closed form, the floor is made of as many others.",
                            DRAWS)),
                    List.of(), List.of());
        }
        throw new IllegalArgumentException("say what the samples of " + model.card().name()
                + " are compared with: --data FOLDER for images, --data FILE for vectors, --data SPEC.yaml for what a"
                + " specification's section data says");
    }

    private static void requireFit(ModelCard card, DataParts parts, DataSource source) {
        if (!parts.test().shape().equals(card.shape())) {
            throw new IllegalArgumentException("the real data has shape " + parts.test().shape() + ", model "
                    + card.name() + " makes " + card.shape() + ": name its own data with --data");
        }
        if (card.bounded() && card.shape().size() == 1) {
            requireBounded(card, parts.test(), source);
        }
    }

    /** Numbers as they are in a file are not those that a model has learned to make in [-1, 1]. */
    private static void requireBounded(ModelCard card, Dataset data, DataSource source) {
        float[] sample = new float[data.sampleSize()];
        for (int i = 0; i < data.size(); i++) {
            data.copy(i, sample, 0);
            for (float value : sample) {
                if (Math.abs(value) > 1 + SLACK) {
                    throw new DataException(source.path() + " has the number " + value + ", and model " + card.name()
                            + " makes vectors in [-1, 1]: name the specification whose data.range it was trained with,"
                            + " --data SPEC.yaml");
                }
            }
        }
    }

    private static List<String> warnings(DataParts parts) {
        var all = new ArrayList<>(parts.train().warnings());
        parts.test().warnings().stream().filter(warning -> !all.contains(warning)).forEach(all::add);
        return all;
    }
}
