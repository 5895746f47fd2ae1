use std::collections::{HashMap, VecDeque};
use std::fmt;

/// What may go wrong with a queue.
#[derive(Debug, Clone, PartialEq)]
pub enum QueueError {
    Full { limit: usize },
    Unknown(char),
}

impl fmt::Display for QueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QueueError::Full { limit } => write!(f, "more than {limit} waiting"),
            QueueError::Unknown(mark) => write!(f, "no '{}' is known", mark),
        }
    }
}

/// Jobs that wait for their turn.
pub struct Queue<T> {
    waiting: VecDeque<T>,
    counts: HashMap<char, usize>,
    limit: usize,
}

impl<T: Clone> Queue<T> {
    pub fn new(limit: usize) -> Self {
        Self {
            waiting: VecDeque::with_capacity(limit),
            counts: HashMap::new(),
            limit,
        }
    }

    pub fn push(&mut self, mark: char, job: T) -> Result<usize, QueueError> {
        if self.waiting.len() >= self.limit {
            return Err(QueueError::Full { limit: self.limit });
        }
        *self.counts.entry(mark).or_insert(0) += 1;
        self.waiting.push_back(job);
        Ok(self.waiting.len())
    }

    pub fn drain(&mut self) -> Vec<T> {
        let all: Vec<T> = self.waiting.iter().cloned().collect();
        self.waiting.clear();
        all
    }
}

pub fn quotes(text: &str) -> usize {
    text.chars()
        .filter(|mark| matches!(mark, '"' | '\'' | '{'))
        .count()
}
