package dev.pathline.engine.evaluation.real;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.NameList;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The classes of real data, by the names that a model has for its own. */
final class ClassNames {

    private ClassNames() {}

    /**
     * Returns the names with which data is opened, in the order of its labels.
     *
     * @param given the names that are known of the data; none where nothing says them
     * @param judge those of a classifier, for a model without classes; none without one
     * @return none for data without labels; of a model with classes the names are the model's own, in its order where the
     *         data has names and no order of itself
     * @throws DataException if the data has other classes than the model
     */
    static List<String> of(ModelCard card, DataSource source, List<String> given, List<String> judge) {
        return switch (source) {
            case DataSource.Images images -> folders(card, images, given, judge);
            // The labels are numbers, and the model's card says what they mean.
            case DataSource.Idx _,DataSource.Cifar _ -> given.isEmpty()
                    ? card.conditional() ? card.classes() : judge
                    : require(card, given, source);
            case DataSource.Csv csv -> csv.lines().labels().isEmpty() ? List.of() : require(card, given, source);
            case DataSource.Npy npy -> npy.train().labels().isEmpty() ? List.of() : require(card, given, source);
            case DataSource.Trajectories made -> made.classNames().isEmpty()
                    ? List.of()
                    : require(card, made.classNames(), source);
            case DataSource.Mixture _ -> given.isEmpty() ? given : require(card, given, source);
        };
    }

    private static List<String> folders(ModelCard card, DataSource.Images images, List<String> given,
            List<String> judge) {
        List<String> wanted = card.conditional() ? card.classes() : judge;
        if (!given.isEmpty()) {
            require(card, given, images);
            return !wanted.isEmpty() && same(given, wanted) ? wanted : given;
        }
        if (!wanted.isEmpty() && images.hasFolders(wanted)) {
            return wanted;
        }
        List<String> found = images.classNames();
        return found.isEmpty() ? found : require(card, found, images);
    }

    private static List<String> require(ModelCard card, List<String> names, DataSource source) {
        if (card.conditional() && !same(names, card.classes())) {
            List<String> missing = card.classes().stream().filter(name -> !names.contains(name)).toList();
            List<String> others = names.stream().filter(name -> !card.classes().contains(name)).toList();
            throw new DataException("the classes of " + source.path() + " are not those of model " + card.name() + ": "
                    + (missing.isEmpty() ? "" : "it lacks " + NameList.of(missing))
                    + (missing.isEmpty() || others.isEmpty() ? "" : ", and ")
                    + (others.isEmpty() ? "" : "it has " + NameList.of(others) + ", which the model has not"));
        }
        return names;
    }

    /**
     * Checks that every label has a name.
     *
     * @param names the names in the order of the labels; none to take whatever there is
     * @throws DataException if one has none
     */
    static void requireNamed(Dataset data, List<String> names, DataSource source) {
        // A mixture has a class for each component, and may have no end.
        boolean checked = !names.isEmpty() && !(source instanceof DataSource.Mixture);
        for (int i = 0; checked && i < data.size(); i++) {
            if (data.label(i) >= names.size()) {
                throw new DataException(source.path() + " has samples of class " + data.label(i)
                        + ", counted from 0, but there are " + names.size() + " classes, " + NameList.of(names));
            }
        }
    }

    private static boolean same(List<String> names, List<String> others) {
        return names.size() == others.size() && new HashSet<>(names).equals(new HashSet<>(others));
    }

    /** Returns the classes of a classifier, or none. */
    static List<String> of(@Nullable ClassifierCheckpoint judge) {
        return judge == null ? List.of() : judge.card().classes();
    }
}
