<?php

declare(strict_types=1);

namespace App\Mail;

use InvalidArgumentException;

/** Sends letters. */
final class Mailer
{
    private const BRACKET = '(';

    /** @var array<string, int> */
    private array $sent = [];

    public function __construct(private string $from, private int $limit = 10)
    {
    }

    public function send(string $to, string $text): bool
    {
        if ($text === '') {
            throw new InvalidArgumentException("nothing to send to {$to}");
        }
        $count = $this->sent[$to] ?? 0;
        if ($count >= $this->limit) {
            return false;
        }
        $this->sent[$to] = $count + 1;
        return true;
    }

    public function names(callable $wanted): array
    {
        $found = [];
        foreach ($this->sent as $name => $count) {
            if ($wanted($name) && $count > 0) {
                $found[] = sprintf('%s (%d)', $name, $count);
            }
        }
        usort($found, fn ($a, $b) => strlen($a) <=> strlen($b));
        return $found;
    }
}
