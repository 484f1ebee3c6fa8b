package dev.holdfast.testing;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.Signal;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.Admin;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A {@link Holdfast} that outlives its nodes, as a program does that calls one behind a load balancer: a call that a
 * crash cuts off is made again, under the same key or id. Safe for all threads.
 */
final class SurvivingHoldfast implements Holdfast {
    private final Supplier<Nodes> nodes;

    SurvivingHoldfast(Supplier<Nodes> nodes) {
        this.nodes = nodes;
    }

    @Override
    public <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input, Submission submission) {
        return accepted(
                submission,
                (holdfast, again) -> holdfast.submit(definition, input, again).id(),
                id -> holdfast -> holdfast.handle(definition, id));
    }

    @Override
    public WorkflowHandle<byte[]> submitJson(String definition, byte[] input, Submission submission) {
        return accepted(
                submission,
                (holdfast, again) ->
                        holdfast.submitJson(definition, input, again).id(),
                id -> holdfast -> holdfast.handle(id));
    }

    @Override
    public WorkflowHandle<byte[]> submitJson(String definition, int version, byte[] input, Submission submission) {
        return accepted(
                submission,
                (holdfast, again) ->
                        holdfast.submitJson(definition, version, input, again).id(),
                id -> holdfast -> holdfast.handle(id));
    }

    private <O> WorkflowHandle<O> accepted(
            Submission first,
            BiFunction<Holdfast, Submission, String> submit,
            Function<String, Function<Holdfast, WorkflowHandle<O>>> find) {
        Nodes running = nodes.get();
        AtomicReference<Submission> submission = new AtomicReference<>(first);
        String id = running.call(holdfast -> {
            try {
                return submit.apply(holdfast, submission.get());
            } catch (StoreUnavailableException e) {
                e.workflowId().ifPresent(accepted -> submission.set(first.withId(accepted)));
                throw e;
            }
        });
        return new SurvivingHandle<>(running, id, find.apply(id));
    }

    @Override
    public void acceptCallback(String token, byte[] payload) {
        boolean unused = nodes.get().call(holdfast -> {
            holdfast.acceptCallback(token, payload);
            return true;
        });
    }

    @Override
    public <T> String signal(String workflowId, Signal<T> signal, T payload) {
        return signal(workflowId, signal, payload, newKey());
    }

    @Override
    public <T> String signal(String workflowId, Signal<T> signal, T payload, String key) {
        return nodes.get().call(holdfast -> holdfast.signal(workflowId, signal, payload, key));
    }

    @Override
    public String signalJson(String workflowId, String name, byte[] payload) {
        return signalJson(workflowId, name, payload, newKey());
    }

    @Override
    public String signalJson(String workflowId, String name, byte[] payload, String key) {
        return nodes.get().call(holdfast -> holdfast.signalJson(workflowId, name, payload, key));
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    @Override
    public WorkflowHandle<byte[]> handle(String id) {
        return found(holdfast -> holdfast.handle(id));
    }

    @Override
    public <I, O> WorkflowHandle<O> handle(Definition<I, O> definition, String id) {
        return found(holdfast -> holdfast.handle(definition, id));
    }

    private <O> WorkflowHandle<O> found(Function<Holdfast, WorkflowHandle<O>> find) {
        Nodes running = nodes.get();
        return new SurvivingHandle<>(running, running.call(find).id(), find);
    }

    @Override
    public Collection<Definition<?, ?>> definitions() {
        return nodes.get().call(Holdfast::definitions);
    }

    @Override
    public Admin admin() {
        return SurvivingAdmin.of(nodes.get());
    }

    /** Does nothing: the kit closes its node. */
    @Override
    public void close() {}
}
