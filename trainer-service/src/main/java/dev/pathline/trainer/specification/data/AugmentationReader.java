package dev.pathline.trainer.specification.data;

import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.data.augment.PipelineSettings;
import dev.pathline.engine.data.augment.Transform;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecRange;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code data.augmentation}. */
final class AugmentationReader {

    private static final int LARGEST_SHIFT = 64;
    /** What EDM trains CIFAR-10 with (arXiv 2206.00364, table 6). */
    private static final double PROBABILITY = 0.12;

    private AugmentationReader() {}

    /** Returns what the section says; what is wrong with it is added to its problems. */
    static AugmentationSettings read(SpecFields fields) {
        long maxShift = fields.whole("maxShift", 0, 0L);
        if (maxShift > LARGEST_SHIFT) {
            fields.problem("maxShift", "must be at most " + LARGEST_SHIFT + ", not " + maxShift);
        }
        var settings = new AugmentationSettings((int) Math.min(maxShift, LARGEST_SHIFT), fields.flag("mirror", false),
                pipeline(fields));
        fields.refuseOthers();
        return settings;
    }

    private static @Nullable PipelineSettings pipeline(SpecFields fields) {
        if (!fields.has("edm")) {
            return null;
        }
        SpecFields edm = fields.object("edm");
        double probability = edm.number("probability", SpecRange.SHARE, PROBABILITY);
        var multipliers = new EnumMap<Transform, Double>(Transform.class);
        for (Transform transform : Transform.values()) {
            multipliers.put(transform, edm.number(transform.key(), SpecRange.FROM_ZERO, 0.0));
        }
        edm.refuseOthers();
        if (multipliers.values().stream().allMatch(multiplier -> probability * multiplier == 0)) {
            fields.problem("edm", "does nothing: give a probability above 0, and at least one transform a multiplier"
                    + " above 0");
            return null;
        }
        return new PipelineSettings(probability, multipliers);
    }
}
