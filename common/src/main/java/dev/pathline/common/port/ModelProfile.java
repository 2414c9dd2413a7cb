package dev.pathline.common.port;

import dev.pathline.common.wire.Precision;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * In which numeric profile a worker computes a model, and why.
 *
 * @param model {@code name@version}
 * @param profile the profile where a request asks for none
 * @param origin who chose it: {@code rule}, {@code kept} or {@code configured}
 * @param reason why, for people
 * @param choices the profiles that a request may ask for, with their precisions, the reference first
 */
public record ModelProfile(String model, String profile, String origin, String reason,
        Map<String, Precision> choices) {

    /** Copies the choices in their order. */
    public ModelProfile {
        choices = Collections.unmodifiableMap(new LinkedHashMap<>(choices));
    }
}
