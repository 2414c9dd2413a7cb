package dev.pathline.trainer.specification.data;

import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.engine.data.CifarFiles.Variant;
import dev.pathline.engine.data.CsvFile;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.data.NpyFiles.Layout;
import dev.pathline.engine.data.ValueRange;
import dev.pathline.engine.data.images.ImageTarget;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what each format needs to be known. */
final class DataSourceReader {

    private static final List<String> FORMATS = List.of("idx", "cifar-10", "cifar-100", "images", "csv", "npy",
            "mixture", "trajectories");
    private static final String SEPARATOR = "[^\\p{Alnum}.+\\-\"#\\r\\n]";
    private static final Component SOME_COMPONENT = new Component(1, List.of(0.0), 1);

    private final SpecFields data;

    private DataSourceReader(SpecFields data) {
        this.data = data;
    }

    /** Returns the source; what is wrong is added to the section's problems. */
    static DataSource read(SpecFields data) {
        var reader = new DataSourceReader(data);
        return switch (data.word("format", null, FORMATS)) {
            case "cifar-10" -> new DataSource.Cifar(Variant.CIFAR_10, reader.path());
            case "cifar-100" -> new DataSource.Cifar(Variant.CIFAR_100, reader.path());
            case "images" -> new DataSource.Images(reader.path(), reader.testFolder(), reader.target());
            case "csv" -> reader.csv();
            case "npy" -> reader.npy();
            case "mixture" -> reader.mixture();
            case "trajectories" -> new DataSource.Trajectories(reader.path());
            default -> new DataSource.Idx(reader.path());
        };
    }

    private String path() {
        return data.text("path", null);
    }

    /** Read only where it is there: a run knows its settings, and those of older ones have no such field. */
    private String testFolder() {
        return data.has("test") ? data.text("test", "") : "";
    }

    private ImageTarget target() {
        List<Double> size = data.numbers("size", SpecRange.POSITIVE);
        long channels = data.whole("channels", 1, 3L);
        double largest = ImageTarget.MAX_SIZE;
        if (size.size() > 2 || size.stream().anyMatch(n -> n != Math.rint(n) || n > largest)) {
            data.problem("size", "must be one whole number up to " + ImageTarget.MAX_SIZE
                    + ", or height and width, not " + size);
            size = List.of(1.0);
        }
        if (channels != 1 && channels != 3) {
            data.problem("channels", "must be 1 for grey or 3 for colours, not " + channels);
            channels = 1;
        }
        return new ImageTarget((int) channels, size.getFirst().intValue(), size.getLast().intValue());
    }

    private DataSource csv() {
        String separator = data.text("separator", ",");
        if (!separator.matches(SEPARATOR)) {
            data.problem("separator", "must be one character, not '" + separator + "'"
                    + (separator.length() == 1
                            ? ", which has a meaning of its own in numbers, quotes or remarks"
                            : ""));
            separator = ",";
        }
        var lines = new CsvFile.Format(separator.charAt(0), data.flag("header", false),
                data.name("labels"));
        return new DataSource.Csv(path(), data.text("test", ""), lines, range());
    }

    private DataSource npy() {
        var train = new DataSource.Arrays(path(), data.text("labels", ""));
        var test = new DataSource.Arrays(data.text("test", ""), data.text("testLabels", ""));
        Layout layout = data.has("layout")
                ? Layout.valueOf(data.word("layout", null, List.of("nchw", "nhwc")).toUpperCase(Locale.ROOT))
                : null;
        return new DataSource.Npy(train, test, layout, range());
    }

    private @Nullable ValueRange range() {
        if (!data.has("range")) {
            return null;
        }
        int before = data.mistakes();
        List<Double> ends = data.numbers("range", SpecRange.ANY);
        if (ends.size() != 2 || ends.getFirst() >= ends.getLast()) {
            if (data.mistakes() == before) {
                data.problem("range", "must be a lower and a higher number, not " + ends);
            }
            return null;
        }
        return new ValueRange(ends.getFirst(), ends.getLast());
    }

    private DataSource mixture() {
        var components = new ArrayList<Component>();
        for (SpecFields fields : data.objects("components")) {
            components.add(new Component(fields.number("weight", SpecRange.POSITIVE, 1.0),
                    fields.numbers("mean", SpecRange.ANY), fields.number("std", SpecRange.POSITIVE, null)));
            fields.refuseOthers();
        }
        long size = data.whole("size", 1, (long) MixtureDataset.ENDLESS);
        var mixture = new DataSource.Mixture(components, (int) Math.min(size, MixtureDataset.ENDLESS),
                data.whole("seed", Long.MIN_VALUE, 0L));
        if (!data.has("components")) {
            data.problem("components", "is missing: give a list of {weight, mean, std}");
        } else if (components.stream().map(component -> component.mean().size()).distinct().count() > 1) {
            data.problem("components", "must have means of one length");
        }
        return components.isEmpty() ? new DataSource.Mixture(List.of(SOME_COMPONENT), 1, 0) : mixture;
    }
}
