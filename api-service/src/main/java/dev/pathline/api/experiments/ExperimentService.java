package dev.pathline.api.experiments;

import dev.pathline.api.generate.RequestResolver;
import dev.pathline.api.request.ExperimentReader.Deed;
import dev.pathline.api.request.ExperimentReader.Named;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.error.Shown;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.Audience.Group;
import dev.pathline.common.experiment.AuditEntry;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.wire.JobTerms;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be done with experiments. Methods may block. */
public final class ExperimentService {

    private final ExperimentStore store;
    private final RunningExperiments running;
    private final RequestResolver resolver;
    private final Aliases aliases;
    private final Clock clock;

    /** A service over a store. */
    public ExperimentService(ExperimentStore store, RunningExperiments running, RequestResolver resolver,
            Aliases aliases, Clock clock) {
        this.store = store;
        this.running = running;
        this.resolver = resolver;
        this.aliases = aliases;
        this.clock = clock;
    }

    /** Returns the newest version of every experiment, by name. */
    public List<Experiment> list() {
        return store.list(null);
    }

    /**
     * Returns a version of an experiment.
     *
     * @param version which, or null for the newest
     * @throws ApiException if there is none
     */
    public Experiment find(String name, @Nullable Integer version) {
        return found(version == null ? store.newest(name) : store.find(name, version), name, version);
    }

    private static Experiment found(Optional<Experiment> experiment, String name, @Nullable Integer version) {
        return experiment.orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_EXPERIMENT,
                "There is no experiment '" + shown(name) + "'" + (version == null ? "" : " " + version)));
    }

    private static String shown(String name) {
        return Shown.start(name, 64);
    }

    /**
     * Makes an experiment.
     *
     * @throws ApiException if there is one of that name, or a model refuses what an arm says
     */
    public Experiment create(Named named) {
        ExperimentDesign design = checked(named.design());
        Experiment experiment = Experiment.draft(named.name(), 1, design, entry(named.by(), "created"));
        if (!store.create(experiment)) {
            throw ApiException.of(ErrorCode.EXPERIMENT_STATE, "name", "is that of another experiment; PUT /experiments/"
                    + named.name() + " changes it");
        }
        return experiment;
    }

    /** Changes an experiment: a draft as it is, one that has started into a new version, which is started for itself. */
    public Experiment change(Named named) {
        ExperimentDesign design = checked(named.design());
        Experiment newest = find(named.name(), null);
        if (newest.state() == ExperimentState.DRAFT) {
            return replaced(newest, draft -> draft.redesigned(design, entry(named.by(), "changed")));
        }
        Experiment next = Experiment.draft(named.name(), newest.version() + 1, design,
                entry(named.by(), "made of version " + newest.version()));
        if (!store.create(next)) {
            throw meanwhile(newest);
        }
        return next;
    }

    /** Starts the newest version; one of before that still runs stops. */
    public Experiment start(String name, Deed deed) {
        Experiment draft = find(name, null);
        checked(draft.design());
        for (Experiment other : store.list(ExperimentState.RUNNING)) {
            if (!other.name().equals(name)) {
                requireApart(draft, other);
            }
        }
        Experiment started = changed(draft, one -> one.started(entry(deed.by(), said("started", deed))));
        if (draft.version() > 1) {
            store.find(name, draft.version() - 1).filter(before -> before.state() == ExperimentState.RUNNING)
                    .ifPresent(before -> replaced(before, one -> one.stopped(
                            entry(deed.by(), "stopped: version " + draft.version() + " started"))));
        }
        running.forget();
        return started;
    }

    private static void requireApart(Experiment draft, Experiment other) {
        Group own = draft.design().audience().group();
        Group others = other.design().audience().group();
        if (own != null && others != null && own.meets(others)) {
            throw ApiException.of(ErrorCode.EXPERIMENT_STATE, "group", "has units of experiment " + other.reference()
                    + ", which has " + others.from() + " to " + others.to() + " of group " + others.name());
        }
        String alias = draft.design().alias();
        if (alias != null && alias.equals(other.design().alias())) {
            throw ApiException.of(ErrorCode.EXPERIMENT_STATE, "alias", "is that of experiment " + other.reference());
        }
    }

    /** Stops the version that runs: everybody is served the control, and the experiment's alias points to its version. */
    public Experiment stop(String name, Deed deed) {
        Experiment stopped = changed(current(name), one -> one.stopped(entry(deed.by(), said("stopped", deed))));
        aliases.giveBack(stopped);
        return stopped;
    }

    /** Chooses an arm: everybody is served that, and the experiment's alias points to its version. */
    public Experiment decide(String name, Deed deed) {
        String arm = deed.arm();
        Experiment experiment = current(name);
        if (arm == null || experiment.design().arms().stream().noneMatch(one -> one.name().equals(arm))) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "arm", "must be one of "
                    + String.join(", ", experiment.design().arms().stream().map(Arm::name).toList()));
        }
        Experiment decided = changed(experiment,
                one -> one.decided(arm, entry(deed.by(), said("decided for " + arm, deed))));
        aliases.move(decided, decided.served());
        return decided;
    }

    /**
     * Returns an arm that is compared with the control.
     *
     * @param arm its name, or null for the first
     * @throws ApiException if there is none
     */
    Arm treatment(Experiment experiment, @Nullable String arm) {
        List<Arm> treatments = experiment.design().treatments();
        return arm == null
                ? treatments.getFirst()
                : treatments.stream().filter(one -> one.name().equals(arm)).findFirst()
                        .orElseThrow(() -> ApiException.of(ErrorCode.INVALID_REQUEST, "arm", "must be one of "
                                + String.join(", ", treatments.stream().map(Arm::name).toList())));
    }

    /** Returns the version that is, or was last, of any use: a draft behind it does not count. */
    Experiment current(String name) {
        return found(store.current(name), name, null);
    }

    private Experiment changed(Experiment experiment, UnaryOperator<Experiment> change) {
        Experiment next = replaced(experiment, change);
        running.forget();
        return next;
    }

    private Experiment replaced(Experiment experiment, UnaryOperator<Experiment> change) {
        Experiment next;
        try {
            next = change.apply(experiment);
        } catch (IllegalStateException e) {
            throw new ApiException(ErrorCode.EXPERIMENT_STATE, Objects.requireNonNull(e.getMessage()));
        }
        if (!store.compareAndSet(experiment.revision(), next)) {
            throw meanwhile(experiment);
        }
        return next;
    }

    private static ApiException meanwhile(Experiment experiment) {
        return new ApiException(ErrorCode.EXPERIMENT_STATE,
                "Experiment " + experiment.name() + " was changed by somebody else just now");
    }

    /** Every arm's model is there and does what the arm says, and the number of units is known. */
    private ExperimentDesign checked(ExperimentDesign design) {
        var errors = new ArrayList<FieldError>();
        for (int i = 0; i < design.arms().size(); i++) {
            Arm arm = design.arms().get(i);
            String field = "arms[" + i + "].";
            try {
                JobTerms terms = JobTerms.DEFAULT.in(arm.precision(), arm.profile());
                resolver.problems(arm.model(), arm.settings(), terms)
                        .forEach(problem -> errors.add(new FieldError(field + problem.field(), problem.message())));
            } catch (ApiException e) {
                errors.add(new FieldError(field + "model", e.detail()));
            }
        }
        if (!errors.isEmpty()) {
            throw new ApiException(ErrorCode.UNPROCESSABLE, errors.getFirst().field() + ": "
                    + errors.getFirst().message(), errors);
        }
        return design.planned() > 0 ? design : design.withPlanned(PlannedUnits.of(design));
    }

    private AuditEntry entry(String by, String what) {
        return new AuditEntry(clock.instant(), by, what);
    }

    private static String said(String what, Deed deed) {
        return deed.why().isEmpty() ? what : what + ": " + deed.why();
    }
}
