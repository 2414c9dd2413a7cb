package dev.pathline.engine.measure;

import dev.pathline.engine.script.NumericProfile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a measurement says about a network on a machine.
 *
 * @param profile how it is best computed
 * @param rowsPerSecond the speed of each profile that was tried, by name
 */
public record ProfileAdvice(NumericProfile profile, Map<String, Double> rowsPerSecond) {

    public ProfileAdvice {
        rowsPerSecond = Collections.unmodifiableMap(new LinkedHashMap<>(rowsPerSecond));
    }
}
