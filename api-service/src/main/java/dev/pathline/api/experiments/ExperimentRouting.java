package dev.pathline.api.experiments;

import java.util.Objects;
import dev.pathline.api.access.Caller;
import dev.pathline.api.generate.Routing;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.experiment.Assignment;
import dev.pathline.common.experiment.Assignment.Choice;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.experiment.Mode;
import dev.pathline.common.experiment.Unit;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Priority;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves requests the arms of experiments. */
public final class ExperimentRouting implements Routing {

    private final ExperimentStore store;
    private final RunningExperiments running;
    private final Supplier<String> ids;

    /**
     * Routes by the experiments of a store.
     *
     * @param ids random ids that are never the same
     */
    public ExperimentRouting(ExperimentStore store, RunningExperiments running, Supplier<String> ids) {
        this.store = store;
        this.running = running;
        this.ids = ids;
    }

    @Override
    public Route route(GenerateRequest request, Caller caller) {
        String name = request.experiment();
        if (name != null) {
            Experiment experiment = running.named(name).orElseGet(() -> ended(name));
            return experiment.state() == ExperimentState.RUNNING
                    ? assigned(experiment, request, unit(experiment, request, caller, true), List.of())
                    : served(experiment, request, caller);
        }
        Optional<Experiment> owner = request.model().indexOf('@') < 0
                ? Optional.empty()
                : running.ownerOf(request.model());
        return owner.map(experiment -> assigned(experiment, request, unit(experiment, request, caller, false),
                overruled(experiment, request))).orElseGet(() -> Route.unchanged(request));
    }

    /**
     * Returns what a request is made into so that all arms are made, whatever the experiment's mode.
     *
     * @throws ApiException if it does not run
     */
    Route paired(Experiment experiment, GenerateRequest request) {
        if (experiment.state() != ExperimentState.RUNNING) {
            throw new ApiException(ErrorCode.EXPERIMENT_STATE, "Experiment " + experiment.reference() + " is "
                    + experiment.state().wire());
        }
        ExperimentDesign design = experiment.design();
        var arm = new ArmOf(experiment.name(), experiment.version(), design.control().name(), ids.get(),
                design.mode() == Mode.SPLIT ? ArmOf.Role.TESTER : ArmOf.Role.UNIT, ids.get());
        return new Route(in(design.control(), request), arm, List.of(),
                copies(experiment, request, arm, request.terms().priority(), null));
    }

    /** An experiment that has ended serves all the same: those who name it need not be changed at once. */
    private Experiment ended(String name) {
        Experiment current = store.current(name)
                .orElseThrow(() -> ApiException.of(ErrorCode.UNKNOWN_EXPERIMENT, "experiment", "there is no '" + name
                        + "'; GET /experiments lists them"));
        if (current.state() == ExperimentState.DRAFT) {
            throw ApiException.of(ErrorCode.EXPERIMENT_STATE, "experiment",
                    "'" + name + "' has not started; POST /experiments/" + name + "/start starts it");
        }
        return current;
    }

    private static Route served(Experiment experiment, GenerateRequest request, Caller caller) {
        Arm arm = experiment.served();
        String unit = Objects.requireNonNullElse(named(experiment, request, caller), "");
        return new Route(in(arm, request), new ArmOf(experiment.name(), experiment.version(), arm.name(), unit,
                ArmOf.Role.OUTSIDE, null), List.of(), List.of());
    }

    /** Returns what a request is known by, or null if it says nothing. */
    private static @Nullable String named(Experiment experiment, GenerateRequest request, Caller caller) {
        return experiment.design().unit() == Unit.KEY ? caller.key() : request.subject();
    }

    private String unit(Experiment experiment, GenerateRequest request, Caller caller, boolean named) {
        String subject = named(experiment, request, caller);
        if (experiment.design().unit() == Unit.REQUEST) {
            // A tester is known by the subject whatever is assigned.
            return subject != null && experiment.design().overrides().containsKey(subject) ? subject : ids.get();
        }
        if (subject == null && named && experiment.design().unit() == Unit.KEY) {
            throw new ApiException(ErrorCode.UNPROCESSABLE, "Experiment '" + experiment.name()
                    + "' serves each API key the same arm every time, and this server asks for none");
        }
        if (subject == null && named) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "subject", "is required: experiment '" + experiment.name()
                    + "' serves each subject the same arm every time");
        }
        return subject == null ? ids.get() : subject;
    }

    private Route assigned(Experiment experiment, GenerateRequest request, String unit, List<FieldError> warnings) {
        Choice choice = Assignment.choose(experiment, unit);
        ExperimentDesign design = experiment.design();
        boolean compared = design.mode() != Mode.SPLIT && choice.role() == ArmOf.Role.UNIT;
        boolean answersControl = design.mode() == Mode.MIRROR || design.mode() == Mode.CASCADE;
        Arm arm = compared && answersControl ? design.control() : choice.arm();
        var own = new ArmOf(experiment.name(), experiment.version(), arm.name(), unit, choice.role(),
                compared ? ids.get() : null);
        Priority priority = switch (design.mode()) {
            case MIRROR -> Priority.BATCH;
            // Who is in no hurry does not get into others' way by it.
            case CASCADE -> request.terms().priority() == Priority.BATCH ? Priority.BATCH : Priority.INTERACTIVE;
            case SPLIT, PAIRED -> request.terms().priority();
        };
        String draft = compared && design.mode() == Mode.CASCADE ? ids.get() : null;
        List<Copy> copies = compared ? copies(experiment, request, own, priority, draft) : List.of();
        return new Route(in(arm, request), copies.isEmpty() ? own : own.after(draft), warnings, copies);
    }

    /** @param job the id of the only one's job, or null for any */
    private static List<Copy> copies(Experiment experiment, GenerateRequest request, ArmOf own, Priority priority,
            @Nullable String job) {
        return experiment.design().arms().stream()
                .filter(arm -> !arm.name().equals(own.arm()) && !experiment.stopped().containsKey(arm.name()))
                .map(arm -> {
                    GenerateRequest other = in(arm, request);
                    return new Copy(other.by(other.model(), other.settings(), other.terms().patient(priority)),
                            own.shadow(arm.name()), job);
                }).toList();
    }

    private static GenerateRequest in(Arm arm, GenerateRequest request) {
        JobTerms terms = request.terms().in(arm.precision(), arm.profile());
        return request.by(arm.model(), arm.settings().withConditional(request.label() != null), terms);
    }

    private static List<FieldError> overruled(Experiment experiment, GenerateRequest request) {
        return request.settings().given().stream().map(name -> new FieldError(name, "is what experiment '"
                + experiment.name() + "' says, which has " + request.model())).toList();
    }
}
