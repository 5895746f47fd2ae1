import 'dart:async';

/// Counts and tells who listens.
class Counter {
  Counter({this.limit = 10});

  final int limit;
  int _value = 0;
  final _changes = StreamController<int>.broadcast();

  int get value => _value;

  Stream<int> get changes => _changes.stream;

  bool add([int by = 1]) {
    if (_value + by > limit) {
      return false;
    }
    _value += by;
    _changes.add(_value);
    return true;
  }

  Future<void> close() async {
    await _changes.close();
  }

  String describe() {
    switch (_value) {
      case 0:
        return 'none (yet)';
      default:
        return '$_value of ${limit - 1}';
    }
  }
}

void main() {
  final counter = Counter(limit: 3);
  for (var i = 0; i < 5; i++) {
    counter.add();
  }
  print(counter.describe());
}
