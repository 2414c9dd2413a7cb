package dev.pathline.api.generate;

import dev.pathline.api.access.Caller;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.wire.GenerateRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what a request is made into where an experiment has a say in it. Methods may block. */
@FunctionalInterface
public interface Routing {

    /**
     * Returns what a request is made into.
     *
     * @param caller who asks
     * @throws dev.pathline.common.error.ApiException if there is no such experiment, or it serves nobody
     */
    Route route(GenerateRequest request, Caller caller);

    /**
     * What a request is made into.
     *
     * @param request what is made and answered
     * @param arm its arm, or null outside experiments
     * @param warnings what was asked for and changes nothing
     * @param copies what is made besides, and answered to nobody
     */
    record Route(GenerateRequest request, @Nullable ArmOf arm, List<FieldError> warnings, List<Copy> copies) {

        /** Copies the lists. */
        public Route {
            warnings = List.copyOf(warnings);
            copies = List.copyOf(copies);
        }

        /** A request that no experiment has a say in. */
        public static Route unchanged(GenerateRequest request) {
            return new Route(request, null, List.of(), List.of());
        }
    }

    /**
     * The same in another arm.
     *
     * @param request what is made; its seed is the first one's
     * @param arm the arm
     * @param job the id that its job gets where others have to know it, or null for any
     */
    record Copy(GenerateRequest request, ArmOf arm, @Nullable String job) {}
}
