package dev.holdfast.memory;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A call that the store's thread runs, and the future of its result. */
final class StoreQuestion<T> implements Runnable {
    private final Supplier<T> question;
    private final CompletableFuture<T> answer = new CompletableFuture<>();

    StoreQuestion(Supplier<T> question) {
        this.question = question;
    }

    CompletableFuture<T> answer() {
        return answer;
    }

    @Override
    public void run() {
        try {
            answer.complete(question.get());
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    void refuse(RuntimeException reason) {
        answer.completeExceptionally(reason);
    }
}
