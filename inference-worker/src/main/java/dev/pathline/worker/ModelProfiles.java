package dev.pathline.worker;

import dev.pathline.common.port.ModelProfile;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProfileChoice;
import dev.pathline.engine.script.ProfileChoice.Origin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * In which numeric profile a device computes each model. What was said of a version once stands until the process ends: a
 * model must not be computed in another way because somebody has another profile kept meanwhile. Any thread may ask.
 */
final class ModelProfiles {

    private final ProfileAdvisor advisor;
    private final Optional<NumericProfile> configured;
    private final String device;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(ProfileChoice choice, List<NumericProfile> possible) {}

    /**
     * Profiles of no model yet.
     *
     * @param configured the profile of all models; empty where it is chosen for each
     * @param device the device's name, for messages
     */
    ModelProfiles(ProfileAdvisor advisor, Optional<NumericProfile> configured, String device) {
        this.advisor = advisor;
        this.configured = configured;
        this.device = device;
    }

    /** Returns how a model is computed where a request asks for nothing, and why. */
    ProfileChoice choice(String name, String reference, NetworkConfig config) {
        return known(name, reference, config).choice();
    }

    /** Returns whether {@link #choice} was asked about a version before. */
    boolean knows(String reference) {
        return known.containsKey(reference);
    }

    /** Returns what is known, by the models' references. */
    List<ModelProfile> all() {
        return known.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(entry -> answer(entry.getKey(), entry.getValue())).toList();
    }

    /**
     * Returns the profile of a job. One that was begun before is computed as it was then, if this device can; a strict one in
     * no other way. Next comes the profile that it asks for, then the model's, unless it has another precision than the job.
     *
     * @throws UnfitProfileException if this device cannot
     */
    NumericProfile of(PreparedJob job) {
        JobTerms terms = job.terms();
        Known model = known(job.record().request().model(), job.model(), job.checkpoint().config());
        String before = job.record().profile();
        Optional<NumericProfile> same = named(model.possible(), before);
        if (same.isPresent()) {
            return same.get();
        }
        String wanted = terms.profile() == null && terms.strict() ? before : terms.profile();
        if (wanted != null) {
            return named(model.possible(), wanted).orElseThrow(() -> new UnfitProfileException("profile " + wanted
                    + " cannot be computed on " + device + "; what can is "
                    + model.possible().stream().map(NumericProfile::name).collect(Collectors.joining(", "))));
        }
        NumericProfile usual = model.choice().profile();
        if (terms.precision() == Precision.AUTO || wire(usual) == terms.precision()) {
            return usual;
        }
        return advisor.rule().inPrecision(NumericProfile.Precision.valueOf(terms.precision().name()))
                .orElseThrow(() -> new UnfitProfileException(
                        "precision " + terms.precision().wire() + " cannot be computed on " + device));
    }

    private Known known(String name, String reference, NetworkConfig config) {
        return known.computeIfAbsent(reference, _ -> {
            List<NumericProfile> possible = advisor.rule().profiles(config);
            return new Known(configured.filter(possible::contains)
                    .map(profile -> new ProfileChoice(profile, Origin.CONFIGURED, "pathline.worker.profile"))
                    .orElseGet(() -> advisor.choose(name, config)), possible);
        });
    }

    private static ModelProfile answer(String reference, Known model) {
        var choices = new LinkedHashMap<String, Precision>();
        model.possible().forEach(profile -> choices.put(profile.name(), wire(profile)));
        ProfileChoice choice = model.choice();
        return new ModelProfile(reference, choice.profile().name(), choice.origin().name().toLowerCase(Locale.ROOT),
                choice.reason(), choices);
    }

    /** Profiles in double precision are for tests of derivatives, and no model's. */
    private static Precision wire(NumericProfile profile) {
        return switch (profile.precision()) {
            case FLOAT16 -> Precision.FLOAT16;
            case FLOAT32 -> Precision.FLOAT32;
            case BFLOAT16 -> Precision.BFLOAT16;
            case FLOAT64 -> throw new IllegalArgumentException("no job computes in " + profile.name());
        };
    }

    private static Optional<NumericProfile> named(List<NumericProfile> profiles, @Nullable String name) {
        return profiles.stream().filter(profile -> profile.name().equals(name)).findFirst();
    }
}
