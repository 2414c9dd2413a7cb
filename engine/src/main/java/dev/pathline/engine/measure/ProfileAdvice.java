package dev.pathline.engine.measure;

import dev.pathline.engine.script.NumericProfile;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a measurement says about a network on a machine.
 *
 * @param profile how it is best computed
 * @param rowsPerSecond the speed of each profile that was tried, by name
 */
public record ProfileAdvice(NumericProfile profile, Map<String, Double> rowsPerSecond) {

    /** Takes a copy of the speeds. */
    public ProfileAdvice {
        rowsPerSecond = Collections.unmodifiableMap(new LinkedHashMap<>(rowsPerSecond));
    }

    /** Returns the fastest of some profiles, the first of them where none was tried; empty if there is none. */
    public Optional<NumericProfile> of(List<NumericProfile> profiles) {
        return profiles.stream().max(Comparator
                .comparingDouble((NumericProfile one) -> rowsPerSecond.getOrDefault(one.name(), 0.0))
                .thenComparingInt(one -> -profiles.indexOf(one)));
    }
}
