package dev.pathline.trainer.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.data.CsvFile;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.data.source.FoundData;
import dev.pathline.engine.evaluation.real.Fit;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds with what a model is measured. Data are those that are named, else those that the model's own specification names,
 * else the classifier's, else the closed form. A classifier that nobody named judges only what it was trained for: other
 * data are measured without one, and a note says so.
 */
public final class Comparisons {

    private static final String NONE = "none";

    private final Path usual;

    /** @param usual the folder of the classifier that judges images where nobody names one */
    public Comparisons(Path usual) {
        this.usual = usual;
    }

    /** The classifier that nobody named: it judges if it can. */
    private record Candidate(@Nullable ClassifierCheckpoint judge, String obstacle) {}

    /**
     * Finds data and a classifier.
     *
     * @param folder the model's files
     * @param classifier the folder of a classifier, or {@code none}; null for the usual one if it fits
     * @param data a folder, a file of samples, or a specification that ends in {@code .yaml}, whose section {@code data}
     *        says how they are read; null for what is known of the model
     * @throws SpecException if the specification cannot be read
     * @throws DataException if the data cannot be used, has other classes than the model, or is not that of the classifier
     *         that was named; or if none are named, and what the model says of its own cannot be read
     * @throws CheckpointException if there is no such classifier
     * @throws IllegalArgumentException if nothing says which data, or data or classifier do not fit the model
     */
    public Comparison find(Checkpoint model, Path folder, @Nullable String classifier, @Nullable Path data) {
        ModelCard card = model.card();
        Optional<String> specification = specification(folder, card, data != null);
        Optional<DataSpec> wanted = data == null
                ? specification.map(text -> own(text, card))
                : Optional.of(named(data, specification, card));
        if (NONE.equals(classifier) || (classifier == null && card.shape().size() == 1)) {
            return new Comparison(wanted.map(source -> open(card, source, data != null))
                    .orElseGet(() -> RealData.of(model, null, null)), null);
        }
        if (classifier != null) {
            ClassifierCheckpoint judge = ClassifierCheckpoint.read(Path.of(classifier));
            return new Comparison(wanted.isEmpty()
                    ? RealData.of(model, judge, null)
                    : judged(model, judge, wanted.get(), data != null), judge);
        }
        return wanted.isPresent() ? judgedIfItCan(card, wanted.get(), data != null) : ofTheUsual(model);
    }

    /** Where data are named, what is known of the model's own only helps to read them. */
    private static Optional<String> specification(Path folder, ModelCard card, boolean named) {
        try {
            return TrainedOn.specification(folder, card);
        } catch (DataException e) {
            if (named) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What the model was trained on may not be what the classifier was trained on, of which nobody spoke. */
    private static RealData judged(Checkpoint model, ClassifierCheckpoint judge, DataSpec wanted, boolean named) {
        return named
                ? RealData.of(model.card(), judge, wanted.source(), wanted.classes())
                : open(model.card(), judge, wanted, false).orElseGet(() -> RealData.of(model, judge, null));
    }

    private Comparison judgedIfItCan(ModelCard card, DataSpec wanted, boolean named) {
        Candidate candidate = candidate(card);
        ClassifierCheckpoint judge = candidate.judge();
        if (judge != null) {
            Optional<RealData> judged = open(card, judge, wanted, named);
            if (judged.isPresent() && judged.get().labelled()) {
                return new Comparison(judged.get(), judge);
            }
        }
        String why = judge == null
                ? candidate.obstacle()
                : "classifier " + judge.card().name() + " was trained on other data";
        return new Comparison(open(card, wanted, named).with(List.of("There is no classifier for these images: "
                + why + ". ./pathline train makes one of data with classes, by the objective classification, and"
                + " --classifier names it.")), null);
    }

    private Comparison ofTheUsual(Checkpoint model) {
        Candidate candidate = candidate(model.card());
        try {
            return new Comparison(RealData.of(model, candidate.judge(), null), candidate.judge());
        } catch (IllegalArgumentException e) {
            throw candidate.judge() != null
                    ? e
                    : new IllegalArgumentException(candidate.obstacle() + "; " + e.getMessage(), e);
        }
    }

    private Candidate candidate(ModelCard card) {
        try {
            ClassifierCheckpoint judge = ClassifierCheckpoint.read(usual);
            return Fit.problem(card, judge).map(problem -> new Candidate(null, problem))
                    .orElseGet(() -> new Candidate(judge, ""));
        } catch (CheckpointException e) {
            return new Candidate(null, String.valueOf(e.getMessage()));
        }
    }

    /** Without a classifier any data will do. */
    private static RealData open(ModelCard card, DataSpec wanted, boolean named) {
        return open(card, null, wanted, named).orElseThrow();
    }

    private static Optional<RealData> open(ModelCard card, @Nullable ClassifierCheckpoint judge, DataSpec wanted,
            boolean named) {
        try {
            return RealData.own(card, judge, wanted.source(), wanted.classes());
        } catch (DataException e) {
            if (!named) {
                throw unusable(card, e);
            }
            throw wanted.source() instanceof DataSource.Csv csv && csv.lines().labels().isEmpty()
                    ? new DataException(e.getMessage() + "; a column of labels, and all else that is to be known of the"
                            + " file, is in the section data of a specification: --data SPEC.yaml", e)
                    : e;
        }
    }

    /** What a file's name does not say, such as columns and ranges, is as it was in the data that were trained on. */
    private static DataSpec named(Path place, Optional<String> specification, ModelCard card) {
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        if (Files.isRegularFile(place) && (name.endsWith(".yaml") || name.endsWith(".yml"))) {
            return TrainedOn.in(place);
        }
        Optional<DataSpec> own = specification.flatMap(Comparisons::readable);
        if (own.isPresent() && same(place, Path.of(own.get().path()))) {
            return own.get();
        }
        DataSource found = FoundData.at(place, card.shape());
        return own.filter(known -> known.format().equals(found.format()))
                .flatMap(known -> likewise(known, place.toString()))
                .orElseGet(() -> new DataSpec(found, List.of(), AugmentationSettings.NONE));
    }

    /** A specification of an earlier version, or of folders that are gone, says nothing of other data. */
    private static Optional<DataSpec> readable(String specification) {
        try {
            return Optional.of(TrainedOn.of(specification));
        } catch (SpecException e) {
            return Optional.empty();
        }
    }

    private static DataSpec own(String specification, ModelCard card) {
        try {
            return TrainedOn.of(specification);
        } catch (SpecException e) {
            throw unusable(card, e);
        }
    }

    private static DataException unusable(ModelCard card, RuntimeException e) {
        return new DataException("the data that " + card.name() + " was trained on cannot be used: " + e.getMessage()
                + ": name data with --data", e);
    }

    private static Optional<DataSpec> likewise(DataSpec known, String place) {
        return switch (known.source()) {
            case DataSource.Csv csv -> Optional.of(likewise(known, csv, place));
            case DataSource.Npy npy -> Optional.of(new DataSpec(
                    new DataSource.Npy(new DataSource.Arrays(place, ""), new DataSource.Arrays("", ""), npy.layout(),
                            npy.range()),
                    List.of(), known.augmentation()));
            default -> Optional.empty();
        };
    }

    /** A file without the column of labels has none; a column that is known by its number is there or not as anybody's. */
    private static DataSpec likewise(DataSpec known, DataSource.Csv csv, String place) {
        CsvFile.Format lines = csv.lines();
        boolean unlabelled = lines.header() && !lines.labels().matches("\\d*")
                && !CsvFile.names(Path.of(place), lines.separator()).contains(lines.labels());
        return new DataSpec(
                new DataSource.Csv(place, "",
                        unlabelled ? new CsvFile.Format(lines.separator(), true, "") : lines, csv.range()),
                unlabelled ? List.of() : known.classes(), known.augmentation());
    }

    private static boolean same(Path place, Path other) {
        try {
            return Files.exists(place) && Files.exists(other) && Files.isSameFile(place, other);
        } catch (IOException e) {
            return false;
        }
    }
}
